"""What a city tells its residents: notices, strips and banners on the front page, each with a time to begin and to end."""
