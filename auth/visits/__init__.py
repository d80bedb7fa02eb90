"""Provincial staff look into a city's console: for a stated purpose, for a while, reading only, and the city sees it."""
