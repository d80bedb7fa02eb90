"""What a city publishes of its site: previews, versions one can go back to, going live (GP-05)."""
