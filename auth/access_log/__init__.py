"""Who looked at whom, when, for what: written in the same transaction as the look, never changed (PRV 7.4)."""
