"""Being told by e-mail before the application for a run opens, by who asked for it."""
