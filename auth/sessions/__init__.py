"""Signing in once for all hosts, and the sessions on each host (design.md, section 3)."""
