"""An institution's list of people for one run: a welfare centre registers its members, each line judged like an application."""
