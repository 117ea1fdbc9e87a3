"""Specs as files of a tree: where they are, what they hold, what they hide."""
