"""The first page of a city's console: what its staff should do now, what comes soon, and the classes of the day."""
