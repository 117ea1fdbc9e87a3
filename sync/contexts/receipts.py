"""The receipt of a context bundle as a value: who asked for what, and exactly which revisions were served. Pure."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from specs.document import Yaml
from specs.revision import Actor
from specs.values import dataclass
from sync.contexts.bundle import Bundle, Served


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was served: `items` in the order served, each with spec, anchor, revision, kind, score, why and tokens.

    `under` is the task in whose course it was asked for, by the claim `fencing`.
    """

    id: UUID
    actor: Actor
    task: str
    paths: tuple[str, ...]
    budget: int
    tokens: int
    items: tuple[Mapping[str, Yaml], ...]
    at: datetime
    under: UUID | None = None
    fencing: int | None = None

    @property
    def read(self) -> tuple[tuple[str, str, str], ...]:
        """Give the path, anchor and revision of each passage that is of a spec."""
        found = ((str(one["spec"]), str(one["anchor"]), str(one["revision"])) for one in self.items)
        return tuple(dict.fromkeys(row for row in found if row[0] and row[2]))


@dataclass(frozen=True, slots=True)
class ServedContext:
    """An answer: the bundle as packed, and the receipt that was kept of it."""

    receipt: Receipt
    bundle: Bundle


def explained(served: Served) -> dict[str, Yaml]:
    """Describe a passage with what its score is the sum of."""
    return {**item(served), "parts": dict(served.passage.parts)}


def item(served: Served, *, sent: bool = True) -> dict[str, Yaml]:
    """Describe a passage without its text: the revision names the text for good. `sent`: or known from before."""
    passage = served.passage
    return {
        "kind": passage.kind.value,
        "spec": passage.spec,
        "anchor": passage.anchor,
        "heading": passage.heading,
        "revision": passage.revision,
        "author": passage.author,
        "author_kind": passage.author_kind,
        "provenance": passage.provenance,
        "score": passage.score,
        "why": passage.why,
        "tokens": served.tokens,
        "digest": served.digest,
        "sent": sent,
    }
