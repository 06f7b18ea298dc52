"""Real servers and processes that are killed or starved."""
