"""Declarations of the tables of the intent side. `METADATA` is the one of all packages."""

from specs.tables import audit, authorship, conflicts, hygiene, library, people, policies, proposals, tags
from specs.tables.base import METADATA

__all__ = [
    "METADATA",
    "audit",
    "authorship",
    "conflicts",
    "hygiene",
    "library",
    "people",
    "policies",
    "proposals",
    "tags",
]
