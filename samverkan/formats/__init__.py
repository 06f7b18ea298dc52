"""Formats for each language, in place of Django's, whose Swedish ones accept month before day."""
