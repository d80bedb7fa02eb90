"""A city works on its site: steps that anybody can do in ten minutes, saved into a draft that residents do not see (GP-05)."""
