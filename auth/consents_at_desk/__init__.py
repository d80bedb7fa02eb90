"""Consent of people without telephone or computer, as a desk records it (PRV 7.2)."""
