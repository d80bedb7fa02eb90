"""When personal data have leaked, or may have: the file, its clock of 72 hours, who is affected, and the notices (PRV 7.3, §34)."""
