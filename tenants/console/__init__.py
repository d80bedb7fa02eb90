"""The console of a city: what its staff do every day, from the list of runs to the page of one run."""
