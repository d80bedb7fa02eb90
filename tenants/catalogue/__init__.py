"""What everybody sees: the public projection of published runs, its search, and the portal over all cities."""
