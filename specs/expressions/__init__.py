"""The part of the Common Expression Language that rules are written in: read, typed and costed before it ever runs."""
