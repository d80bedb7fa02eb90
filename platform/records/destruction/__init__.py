"""Destroying what is past its period, and proving it: a schedule, tombstones, and a certificate of each run (PRV 7.3, §21)."""
