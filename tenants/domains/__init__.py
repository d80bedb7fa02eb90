"""A city's own domains: proven by a record in the DNS, served beside its address here, looked after daily (GP-05)."""
