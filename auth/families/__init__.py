"""Who acts for whom: guardians of children under 14, helpers, and how each begins, is proven, and ends (PRV 7.2)."""
