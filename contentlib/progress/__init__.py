"""Who watches an item is credited with what they have seen, and finds it in the one history when they are through."""
