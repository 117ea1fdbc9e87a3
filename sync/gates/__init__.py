"""Gates and the signed tokens that they give, as values."""
