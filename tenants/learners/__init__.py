"""My learning: what a signed-in person sees of themselves over all cities, on any host."""
