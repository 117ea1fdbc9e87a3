"""Use cases of people: how they come in, who they are elsewhere, what they may do, with which keys."""
