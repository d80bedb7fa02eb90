"""What is shown of an item: its video, made ready for phones, and its captions."""
