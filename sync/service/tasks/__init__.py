"""Use cases of tasks: claimed, held, counted, overseen, ended."""
