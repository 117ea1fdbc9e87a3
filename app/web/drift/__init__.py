"""Pages of drift: findings, the picture of the code, gates."""
