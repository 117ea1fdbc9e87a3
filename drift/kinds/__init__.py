"""The kinds of invariant: one file each, registered by one line. Knows how to find a kind and its page.

The name of a kind is that of its module, which is loaded when a check asks for the kind.
"""

import sys

from drift.invariants import Kind
from drift.registry import Registry

KINDS: Registry[Kind] = Registry(
    "drift.kinds",
    {
        "layers": "Layers",
        "forbidden": "Forbidden",
        "independent": "Independent",
        "acyclic": "Acyclic",
        "only": "Only",
        "interface": "Interface",
        "depends": "Depends",
        "exists": "Exists",
        "absent": "Absent",
        "naming": "Naming",
        "shape": "Shape",
        "limit": "Limit",
        "pattern": "PatternKind",
        "reviewed": "Reviewed",
        "mentions": "Mentions",
    },
)


def find_kind(name: str) -> Kind | None:
    """Give the kind of this name."""
    return KINDS.find(name)


def kind_page(name: str) -> str:
    """Give the page of a kind, which is its module's docstring; "" where there is no such kind."""
    from inspect import cleandoc  # noqa: PLC0415 (only who reads pages needs it)

    kind = find_kind(name)
    return cleandoc(sys.modules[type(kind).__module__].__doc__ or "") if kind else ""
