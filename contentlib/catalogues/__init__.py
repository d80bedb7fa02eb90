"""Catalogues of courses elsewhere, such as K-MOOC, taken in as drafts of items that lead there, with a report row for every record."""
