"""Use cases of weekly letters: what they tell, when they are written, who gets them."""
