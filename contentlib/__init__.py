"""The shared content library of the province, which every city may show under its own name. Its rooms are still empty."""
