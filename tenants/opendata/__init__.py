"""The courses of all cities as open data: one file of the 25 standard columns, made every night."""
