"""The outside: settings, HTTP API, pages, CLI, jobs, renderers. Knows everything below."""
