"""A city shows an item of the province's library on its own site, and stops showing it."""
