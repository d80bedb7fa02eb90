"""Who came to which meeting, and what follows when a run is closed: completion by its threshold (6.9)."""
