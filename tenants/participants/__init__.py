"""Applicants over all runs of a city, and the people behind them: shown masked, each look written down (PRV 7.4)."""
