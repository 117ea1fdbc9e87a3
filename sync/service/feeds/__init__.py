"""Use cases of feeds: following what happens, and webhooks that are told."""
