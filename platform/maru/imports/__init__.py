"""Files that staff send to be read into tables: the report of a file, row by row, and how it is kept."""
