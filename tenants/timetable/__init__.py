"""When and where classes meet: the calendar of a city's rooms, what overlaps in it, and public holidays."""
