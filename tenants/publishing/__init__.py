"""Putting a city's runs before the public, taking them back while nobody has applied, and deleting drafts."""
