"""Made-up but realistic views of context."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.web.tasks.context import piece_of
from app.web.views.context import ContextPage
from drift.lives.life import CauseKind, LifeState
from drift.lives.records import CauseRecord, FindingRecord
from specs.revision import Actor
from sync.contexts.aftermath import Followed
from sync.contexts.bundle import pack
from sync.contexts.context import Passage, PassageKind
from sync.contexts.informed import Fetched, Informed
from sync.contexts.receipts import Receipt, item
from sync.tasks.task import Area, TaskState
from tests.app.web.task_samples import task

PARTS = (("words", 2.1), ("heading", 0.8), ("meaning", 1.2), ("structure", 1.6), ("binding", -0.2))


def _passage(kind: PassageKind, heading: str, text: str) -> Passage:
    where = ("payments/architecture.md", "layering", heading, "a" * 64, "ana", "human", "explicit")
    return Passage(kind, *where, 3.2, "covers src/payments; words of the task", text, parts=PARTS)


def shown(people: tuple[Actor, Actor], now: datetime) -> ContextPage:
    """A bundle with something left out, and a receipt that nothing followed on."""
    bundle = pack(
        [
            _passage(PassageKind.INVARIANT, "payments-layers", "kind: layers"),
            _passage(PassageKind.SECTION, "Layering", "The domain never reaches up. " * 9),
            _passage(PassageKind.SECTION, "<b>Refunds</b>", "Refunds are idempotent. " * 90),
        ],
        300,
        "0f" * 8,
    )
    receipt = Receipt(
        UUID(int=1), people[1], "Make refunds idempotent", ("src/payments",), 300, bundle.tokens,
        tuple(map(item, bundle.served)), now,
    )  # fmt: skip
    return ContextPage(
        "Make refunds idempotent",
        "src/payments",
        300,
        bundle,
        tuple(map(piece_of, bundle.served)),
        tuple(map(piece_of, bundle.omitted)),
        (Followed(receipt, (), ()),),
        ((str(people[1].id), people[1].name),),
        following="cursor=x",
        used=90,
        informed=_informed(people, now),
        lately=90,
    )


def _informed(people: tuple[Actor, Actor], now: datetime) -> tuple[Informed, ...]:
    """Tasks that fetched nothing, of which one drifted, and one that did."""
    bare, told = task(TaskState.CLAIMED, people, now), task(TaskState.DONE, people, now)
    came = CauseRecord(CauseKind.COMMIT, "0f" * 20, "claude", now)
    finding = FindingRecord(
        UUID(int=2), "f" * 32, "payments-layers", "layers", "error", None, "payments/architecture.md", "layering",
        "src/pay/<charge>.py", 14, "pay.charge imports pay.web.", "", LifeState.OPEN, 0, came, came, {},
    )  # fmt: skip
    return (
        Informed(bare, None, (finding,)),
        Informed(replace(bare, intent="Rename the ledger", area=Area()), None, ()),
        Informed(told, Fetched(2, now), ()),
    )
