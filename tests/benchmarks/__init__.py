"""The measured goals: ratios of two things timed in one run. ``make bench``, or ``make bench SCALE=small``."""
