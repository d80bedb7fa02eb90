"""The one history: append-only lines of what a person completed, each with the city that issued it (GP-08)."""
