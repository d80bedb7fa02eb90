"""When a city leaves: everything of it in one archive; its people's histories stay with the province."""
