"""Courses in and out by the national standard file, with a report row for every record (domain 6.2)."""
