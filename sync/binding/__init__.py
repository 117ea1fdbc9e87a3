"""Repositories bound to a project, as values: addresses, plans, commits, webhooks."""
