"""Tasks as values: what is to be done, who holds it for how long, and who else is at work in the same area. Pure."""
