"""What waits for people, as values: matters, decisions, claims, and what soon ends."""
