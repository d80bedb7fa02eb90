"""The rule of two people: what one member of staff asks for, a second one with the same permission decides (domain 7.4)."""
