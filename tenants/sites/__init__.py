"""A city's public face: name, brand, notices, contact (GP-05)."""
