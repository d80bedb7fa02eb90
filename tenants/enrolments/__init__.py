"""Applying to a run, the waiting list, cancelling: first come by a number taken under the run's lock (6.4, 6.6)."""
