"""Who: agencies and their units, people, the collaboration agreement, the bodies under it, premises."""
