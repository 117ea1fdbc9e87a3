"""Who someone is: passwords, page sessions, identity providers."""
