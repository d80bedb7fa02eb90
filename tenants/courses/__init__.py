"""What a city teaches: courses, their runs with dates and windows, meetings, and the national standard file (6.2)."""
