"""What is accepted and what is new: the lock, comparisons with a base, what things are called now."""

LOCK_FILE = "holdfast.lock"
