"""What coding agents' clients say at their hooks, what they take for an answer, and what each session has been told."""
