"""What a change is in facts, and what the policies in force decide on it. How they are written: `specs.rules`."""
