"""Connections without walls, for what the benchmarks compare with."""
