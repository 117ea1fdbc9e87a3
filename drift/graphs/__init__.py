"""The names and the import graph of a tree, and the questions asked of them: reach, chains, cycles."""
