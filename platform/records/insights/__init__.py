"""Honest figures over all cities: members, applications, completions and hours, in which nobody can be recognised."""
