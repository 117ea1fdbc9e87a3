"""How a finding is written on the wire, and how lists are narrowed."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.api.findings import FindingOut
from drift.lives.life import CauseKind, LifeState
from drift.lives.records import CauseRecord, FindingRecord
from specs.access import Role
from tests.drift.service.made import Recorder, finding
from tests.factories import Clock

BY = CauseRecord(CauseKind.COMMIT, "c0ffee", "Ada", datetime(2026, 1, 1, tzinfo=UTC))
ACCEPTED = {"until": "2027-01-31", "by": "Ada", "because": "why"}
FINDING = FindingRecord(
    repository=UUID(int=1),
    fingerprint="0123456789abcdef",
    invariant="layering",
    kind="layers",
    severity="error",
    spec=None,
    spec_path="layers.md",
    spec_anchor="",
    code_path="shop/domain.py",
    line=1,
    message="m",
    fix="f",
    state=LifeState.OPEN,
    regressed=0,
    opened=BY,
    changed=BY,
    data={},
)


def test_it_says_what_the_lock_accepts() -> None:
    assert (FindingOut.of(FINDING).debt, FindingOut.of(FINDING).accepted) == (None, None)
    frozen = FindingOut.of(replace(FINDING, data={"accepted": ACCEPTED}))
    assert (frozen.debt, frozen.accepted) == ("frozen", ACCEPTED)
    waived = FindingOut.of(replace(FINDING, state=LifeState.WAIVED, data={"accepted": ACCEPTED}))
    assert waived.debt == "waived"
    gone = FindingOut.of(replace(FINDING, state=LifeState.RESOLVED, data={"accepted": ACCEPTED}))
    assert (gone.debt, gone.accepted) == (None, None)


@pytest.fixture
async def found(town):
    town.world.clock = Clock()
    town.world.ada, town.world.project = town.people[Role.ADMIN], town.project
    recorder = await Recorder(town.world).prepare()
    text = "---\nowners: [ann]\n---\n# Layers\n"
    spec = await town.world.library.read(town.world.ada, town.project.id, "layers.md")
    await town.world.library.save(
        town.world.ada, town.project.id, recorder.spec, base=spec.revision.digest, text=text, message="Own it"
    )
    await recorder.check(finding("a"), finding("b", "only", path="web/page.py", spec="other.md"))
    await recorder.check(finding("a"))


async def test_lists_are_narrowed_and_their_pages_keep_it(ask, found):
    async def names(query):
        answer = await ask("GET", f"/findings?{query}", Role.READER)
        assert answer.status_code == 200, answer.text
        return [one["message"][0] for one in answer.json()["items"]]

    assert await names("owner=ann") == ["a"]
    assert await names("owner=-") == ["b"]
    assert await names("text=PAGE") == ["b"]
    assert await names("kind=naming") == []
    assert await names("happened=resolved&since=2020-01-01T00:00:00Z") == ["b"]
    assert await names("opened_before=2020-01-01T00:00:00Z") == []
    page = (await ask("GET", "/findings?text=wrong&opened_since=2020-01-01T00:00:00Z&limit=1", Role.READER)).json()
    assert "text=wrong" in page["next"]
    assert "opened_since=2020" in page["next"]


async def test_a_list_that_nobody_can_give_is_refused_with_a_hint(ask, found):
    for query, status in (("owner=an", 404), ("since=2020-01-01T00:00:00Z", 400), ("happened=never", 400)):
        answer = await ask("GET", f"/findings?{query}", Role.READER)
        assert (answer.status_code, bool(answer.json()["hint"])) == (status, True), answer.text
