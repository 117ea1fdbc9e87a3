"""Patterns of text, matched in linear time: globs, regular expressions, styles of names."""
