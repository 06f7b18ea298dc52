"""The project: settings, the door to every row, the access log, mail, PDF and the commands that start it."""
