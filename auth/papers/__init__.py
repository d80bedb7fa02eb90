"""What a clerk has seen or heard: a guardian's signed consent or telephone call, and the paper that names a helper (PRV 7.2)."""
