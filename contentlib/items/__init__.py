"""What the province shares with every city: an item [콘텐츠] is written, approved, published, and stays as it was published."""
