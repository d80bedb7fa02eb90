"""What search engines are told: which pages there are, since when they say what they say, and which are nobody's business."""
