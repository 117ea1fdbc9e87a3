"""Context for a task: choosing and packing the intent that bears on it."""
