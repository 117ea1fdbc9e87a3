"""Use cases of context: what is served for a task, from which shelves, and what came of it."""
