"""Declarations of the tables of what enters and leaves. They join the one MetaData, which `specs.tables` holds."""

from sync.tables import (
    claims,
    contexts,
    decisions,
    gates,
    hooks,
    inbox,
    letters,
    links,
    presences,
    repositories,
    tasks,
    webhooks,
)

__all__ = [
    "claims",
    "contexts",
    "decisions",
    "gates",
    "hooks",
    "inbox",
    "letters",
    "links",
    "presences",
    "repositories",
    "tasks",
    "webhooks",
]
