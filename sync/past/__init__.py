"""The history of a repository, read once and kept: which commit took which names, and what became of them."""
