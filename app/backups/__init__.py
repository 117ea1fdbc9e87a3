"""Backups: one file that holds all an installation must not lose, taken while it works and brought back whole."""
