"""A city's members from before: taken over with their numbers, each with an ID, none merged silently (PRV-06)."""
