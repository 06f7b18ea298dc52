"""The access log: who came to which case data, when and why. No log row, no data."""
