"""For whom: social intervention cases, seats, legal grounds, records, disclosures."""
