"""Queries of what enters and leaves: one class per aggregate, each given a connection, values in and out."""
