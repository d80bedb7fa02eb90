"""The province's console: its cities and how they are, making and moving them, work that did not get done, and their mail."""
