"""Traceability: which code and which tests name a requirement, how those tests ended, where it runs. Pure."""
