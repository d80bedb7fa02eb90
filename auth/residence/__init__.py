"""Where a person lives, since when: an attribute with validity dates, never the account (domain 1.5, GP-09)."""
