"""The kinds of invariant: one file each, registered by one line. Knows how to find a kind and its page."""

import inspect
import sys

from drift.invariants import Kind
from drift.kinds.absent import Absent
from drift.kinds.acyclic import Acyclic
from drift.kinds.depends import Depends
from drift.kinds.exists import Exists
from drift.kinds.forbidden import Forbidden
from drift.kinds.independent import Independent
from drift.kinds.interface import Interface
from drift.kinds.layers import Layers
from drift.kinds.limit import Limit
from drift.kinds.mentions import Mentions
from drift.kinds.naming import Naming
from drift.kinds.only import Only
from drift.kinds.pattern import PatternKind
from drift.kinds.shape import Shape

KINDS: tuple[Kind, ...] = (
    Layers(),
    Forbidden(),
    Independent(),
    Acyclic(),
    Only(),
    Interface(),
    Depends(),
    Exists(),
    Absent(),
    Naming(),
    Shape(),
    Limit(),
    PatternKind(),
    Mentions(),
)


def find_kind(name: str) -> Kind | None:
    """Give the kind of this name."""
    return next((kind for kind in KINDS if kind.name == name), None)


def kind_page(name: str) -> str:
    """Give the page of a kind, which is its module's docstring; "" where there is no such kind."""
    kind = find_kind(name)
    return inspect.getdoc(sys.modules[type(kind).__module__]) or "" if kind else ""
