"""Changes to specs that are not yet the truth: what they are, who may decide them, how they live. Values only."""
