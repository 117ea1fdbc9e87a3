"""Names in prose against the code: what is a reference, what the tree has and once had."""
