"""Django's PostgreSQL backend with one addition: it knows in whose name each transaction reads."""
