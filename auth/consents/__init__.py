"""What a person agreed to, in which version of the text, and when they took it back (PRV 7.2)."""
