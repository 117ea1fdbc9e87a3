"""Use cases of repositories: fetched, imported, compared with the specs, written back to."""
