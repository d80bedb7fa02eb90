"""What residents ask most, answered once: written by a city's staff, read on /faq and on the help page."""
