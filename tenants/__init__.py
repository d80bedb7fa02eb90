"""One city's rooms: its site, its courses and runs, who applies, who attends."""
