"""Where in a TypeScript or JavaScript file a node stands: a value that readers of imports and definitions share."""

from typing import NamedTuple

from drift.facts import EdgeAttribute


class Scope(NamedTuple):
    """What surrounds a node. `inside`: module, namespace, class, interface, enum, type, block or function."""

    depth: int
    end: int  # the byte where it ends
    owner: str
    inside: str
    attributes: frozenset[EdgeAttribute]
    exported: bool
