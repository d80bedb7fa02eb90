"""What people ask of their own data: to see, correct, delete, stop or take it along, within ten days (PRV 7.3)."""
