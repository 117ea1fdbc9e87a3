"""Measurements beside peers, in one run: scripts anyone can repeat. Not part of the product."""
