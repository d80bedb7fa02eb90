"""Proving who somebody is: by an identity agency, or with a document at the desk (PRV-01 to PRV-06)."""
