"""Certificates of a run taken out of force: one alone with a reason, several by two people (domain 7.4)."""
