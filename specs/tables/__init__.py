"""Declarations of the tables of the intent side. `METADATA` is the one of all packages."""

from specs.tables import (
    artifacts,
    audit,
    authorship,
    conflicts,
    hygiene,
    images,
    library,
    limits,
    people,
    policies,
    proposals,
    readings,
    tags,
)
from specs.tables.base import METADATA

__all__ = [
    "METADATA",
    "artifacts",
    "audit",
    "authorship",
    "conflicts",
    "hygiene",
    "images",
    "library",
    "limits",
    "people",
    "policies",
    "proposals",
    "readings",
    "tags",
]
