"""Writing courses, runs and single class days by hand: drafts, and what may still change once people have applied."""
