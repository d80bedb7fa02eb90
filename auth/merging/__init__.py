"""IDs that turn out to be of one human: found, proposed, merged, and parted again (PRV-06)."""
