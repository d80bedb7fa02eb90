"""Who may do what: grants of roles in a city or in the province, read at every request (PRV 7.4)."""
