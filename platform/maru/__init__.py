"""The machinery that every room of Maru stands on: it knows no course, no city and no learner."""
