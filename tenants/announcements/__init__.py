"""What the province tells the residents of all cities, or of some: written once, shown beside each city's own notices."""
