"""What the author of a proposal that no longer fits is asked, and what comes of the answers."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from specs.errors import UserError
from specs.library import Spec, SpecStatus, SpecText
from specs.paths import path_key
from specs.proposals.delta import Operation, SpecDelta
from specs.proposals.draft import SpecChange
from specs.proposals.mending import Answer, Way, broken, kept, mended
from specs.revision import Actor, ActorKind, Provenance, Revision

NOW = datetime(2026, 3, 2, tzinfo=UTC)
EVE = Actor(UUID(int=1), "Eve", ActorKind.HUMAN)
SPEC, PROJECT = UUID(int=2), UUID(int=3)
BASE = "# Pay\n\nA charge is made once.\n\nWithin 30 days.\n"
PART = SpecDelta(SPEC, Operation.EDIT, "b" * 64, "pay.md", "pay.md", BASE, BASE.replace("30", "14"))


def head(text: str, path: str = "pay.md", status: SpecStatus = SpecStatus.ACTIVE) -> SpecText:
    made = Revision("e" * 64, SPEC, (), "t" * 64, len(text), EVE, Provenance.EXPLICIT, "", NOW)
    return SpecText(Spec(SPEC, PROJECT, path, "Pay", status, made.digest, NOW, NOW), made, text)


def the_one(part: SpecDelta, now: SpecText | None, **taken: UUID):
    [found] = broken([part], {} if now is None else {SPEC: now}, {path_key(f"{n}.md"): who for n, who in taken.items()})
    return found


def test_places_are_put_together_with_what_nobody_has_to_decide():
    now = head(BASE.replace("30", "60").replace("once", "twice"))
    one = the_one(PART, now)
    [region] = one.regions
    for take, text, says in (("theirs", None, "14"), ("ours", None, "60"), ("own", "Within 45 days.\n", "45")):
        change = mended(one, Answer(Way.PLACES, {region.key: (take, text)}), EVE, NOW)
        whole = BASE.replace("30", says).replace("once", "twice")
        assert change == SpecChange(Operation.EDIT, SPEC, now.revision.digest, None, whole)
    with pytest.raises(UserError, match="place 1 is not decided"):
        mended(one, Answer(Way.PLACES), EVE, NOW)


def test_a_whole_text_keeps_the_line_ends_and_a_part_can_be_left_out():
    one = the_one(replace(PART, before=BASE.replace("\n", "\r\n"), after="# Mine\r\n"), head(BASE.replace("30", "60")))
    change = mended(one, Answer(Way.WHOLE, text="# New\n"), EVE, NOW)
    assert change is not None
    assert change.text is not None
    assert change.text.strip() == "# New"
    assert mended(one, Answer(Way.DROP), EVE, NOW) is None
    with pytest.raises(UserError, match="cannot be mended that way"):
        mended(one, Answer(Way.AGAIN), EVE, NOW)


@pytest.mark.parametrize(
    ("part", "now", "taken", "wanted"),
    [
        (replace(PART, operation=Operation.CREATE, base=None, before=""), None, UUID(int=9), Operation.CREATE),
        (PART, head(BASE, status=SpecStatus.RETIRED), None, Operation.CREATE),
        (PART, None, None, Operation.CREATE),
        (replace(PART, to_path="new.md"), head(BASE, "other.md"), None, Operation.EDIT),
    ],
    ids=["taken", "retired", "gone", "renamed"],
)
def test_what_has_no_place_any_more_goes_to_another_path(part, now, taken, wanted):
    one = the_one(part, now, **({"pay": taken} if taken else {}))
    assert one.ways == (Way.MOVE, Way.DROP)
    change = mended(one, Answer(Way.MOVE, path=" pay/2.md "), EVE, NOW)
    assert change is not None
    assert (change.operation, change.path, change.text) == (wanted, "pay/2.md", part.after)
    with pytest.raises(UserError, match="no path"):
        mended(one, Answer(Way.MOVE, path=" "), EVE, NOW)


def test_what_was_to_be_retired_as_it_read_then_can_be_asked_for_as_it_reads_now():
    one = the_one(replace(PART, operation=Operation.RETIRE, after=BASE), head(BASE.replace("30", "60")))
    assert one.ways == (Way.AGAIN, Way.DROP)
    assert mended(one, Answer(Way.AGAIN), EVE, NOW) == SpecChange(Operation.RETIRE, SPEC, "e" * 64)


def test_what_needs_no_mending_stays_as_it_is():
    assert kept(PART) == SpecChange(Operation.EDIT, SPEC, PART.base, None, PART.after)
    assert kept(replace(PART, to_path="b.md")).path == "b.md"
    assert kept(replace(PART, operation=Operation.RETIRE)) == SpecChange(Operation.RETIRE, SPEC, PART.base)
    made = kept(replace(PART, operation=Operation.CREATE, base=None))
    assert (made.operation, made.path, made.text) == (Operation.CREATE, "pay.md", PART.after)
