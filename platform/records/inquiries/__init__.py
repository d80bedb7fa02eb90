"""Provincial staff look at one person's integrated history: for a stated purpose, for half an hour, and it is written down."""
