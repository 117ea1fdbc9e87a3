"""Use cases of what enters and leaves: load, core, save, audit, in one transaction. Callers stand outside."""
