"""Everything that `make demo`, `make test` and `make bench` start: a real PostgreSQL, a real Valkey and our programs.

Standard library and pinned packages only; no Django model is imported here, so it runs before there is a database.
"""
