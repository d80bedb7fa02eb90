"""Where cities, counties and districts lie, so that what is near a chosen town can stand first; nobody is located."""
