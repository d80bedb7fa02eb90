"""Certificates of completion: numbered, printed on one A4 page, verified by anyone, revoked with a reason.

A resident who completed a course gets a paper that is believed: it carries a number of the issuing city and a code
that cannot be guessed, and whoever holds it in hand learns on a public page whether it is genuine and still in force.
"""
