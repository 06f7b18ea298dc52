"""Pages of the structure, by subject."""
