"""Messages to people: each event told once, by e-mail or SMS, in the city's words and the person's language."""
