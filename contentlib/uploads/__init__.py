"""Giving an item its video and its captions, in the province's console."""
