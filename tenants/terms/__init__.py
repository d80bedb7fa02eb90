"""Last term's courses with new dates: one of them copied, or a whole set moved into a new term at once."""
