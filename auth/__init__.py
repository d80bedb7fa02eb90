"""Who is asking: people and their one ID, where they live, sessions, roles, consents, and who looked at whom."""
