"""Measures of a real installation on this machine: `python -m tests.bench [NAME ...] [--quick]`.

Everything is started for the purpose (a durable PostgreSQL, the web as in production), listens on loopback and is ended
afterwards. Two cores serve database, web and load at once, so every rate stands beside what the same database and the
same server do with next to nothing: the ratios travel to other machines, the rates do not.
"""
