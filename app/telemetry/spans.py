"""What a span is to those who tell of their work, and the one that nobody sees: a shared value that does nothing.

Knows no library, no requests and no jobs.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias

Begin: TypeAlias = Callable[[str], Callable[[bool], None] | None]
"""Is told an operation of SQL as it begins, and gives what is told at its end whether it failed; None: nobody looks."""
Said: TypeAlias = Mapping[str, str | int]
SILENCE: Said = MappingProxyType({})


class Role(Enum):
    """What part a span has in a trace: it answers, does what was put off, or asks elsewhere."""

    SERVER = "server"
    CONSUMER = "consumer"
    CLIENT = "client"


class Span:
    """Something that takes time. This one is seen by nobody."""

    traceparent = ""

    def tell(self, name: str = "", said: Said = SILENCE, *, failed: bool = False) -> None:
        """Rename it, say more of it, or that it failed."""


NOBODY = Span()
_UNSEEN: AbstractContextManager[Span] = nullcontext(NOBODY)


class Tracing:
    """Makes spans. This one makes none."""

    def span(self, name: str, role: Role, traceparent: str = "", said: Said = SILENCE) -> AbstractContextManager[Span]:
        """Begin a span that ends with the block: of the trace named, else of the one under way, else of a new one."""
        del name, role, traceparent, said
        return _UNSEEN

    def watch(self, observe: Callable[[Begin], None]) -> None:
        """Have the spans of statements of SQL made by whoever is given to `observe`."""


SILENT = Tracing()
