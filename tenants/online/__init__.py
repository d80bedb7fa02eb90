"""Online courses of the shared library on the portal: each once, with the cities on whose sites it is watched."""
