"""The province's console, so far one page: which cities there are, and where each of them stands."""
