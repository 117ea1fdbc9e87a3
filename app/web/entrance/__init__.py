"""Pages by which people come in: logging in, and the first steps of a project."""
