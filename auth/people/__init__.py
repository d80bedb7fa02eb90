"""The person: one ID for the whole province, whichever city they live in (GP-09)."""
