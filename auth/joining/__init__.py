"""Making an account, and getting another password, by a letter to one's own address: the light door."""
