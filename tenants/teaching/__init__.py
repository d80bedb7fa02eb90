"""Who may open a class: the instructors with an account that a city's staff give to a run (domain 1.2)."""
