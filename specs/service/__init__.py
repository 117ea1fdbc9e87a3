"""Use cases of the intent side: load, core, save, audit, in one transaction. Callers stand outside this package."""
