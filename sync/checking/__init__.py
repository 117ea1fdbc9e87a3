"""A check: one tree held against its specs, alone or beside where it left another branch."""
