"""How a text becomes a revision, and who wrote each of its words."""
