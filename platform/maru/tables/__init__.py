"""Tables that people send as files: text and spreadsheets, read into rows of cells before anything in them is understood."""
