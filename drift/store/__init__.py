"""Queries of the code side: one class per aggregate, each given a connection, values in and out."""
