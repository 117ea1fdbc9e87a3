"""Findings over time, as a server keeps them: lives, records, trends."""
