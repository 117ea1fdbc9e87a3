"""`holdfast claims`: a person lists, approves and refuses what a lock that came by git says; an agent cannot."""

from datetime import UTC, datetime

import pytest

from drift.debt.claims import ClaimState, claim_id
from drift.debt.lock import Entry
from drift.lives.records import Repository, RepositoryState
from drift.store.repositories import RepositoryStore
from specs.access import Role
from specs.store.audit import AuditStore
from sync.store.claims import ClaimStore
from tests.app.cli.conftest import Command
from tests.app.conftest import Town

AT = datetime(2026, 11, 1, tzinfo=UTC)
ENTRY = Entry("layering", "shop.domain -> shop.web", "waived", "2999-01-01", "Ada", "until the move")


@pytest.fixture
async def claim(town: Town) -> str:
    """A waiver that came by git."""
    world, ident = town.world, claim_id(ENTRY)
    ref = town.project.id
    async with world.database.transaction() as connection:
        made = Repository(ref, ref, "shop", "https://example.org/shop", "", RepositoryState.PENDING, AT)
        await RepositoryStore(connection).add(made, town.people[Role.ADMIN].actor.id)
        state, commit = ClaimState.PENDING, "c" * 40
        await ClaimStore(connection).see(ref, ref, {ident: ENTRY}, commit=commit, author="Bob", at=AT, state=state)
    return ident


async def test_a_person_who_reviews_decides(town: Town, command: Command, claim: str) -> None:
    listed = await command("claims", "list", "--state", "pending", who=Role.READER)
    assert f"{claim[:12]}  pending  waived until 2999-01-01: shop.domain -> shop.web  (layering)" in listed.output
    assert "by Ada: until the move\n  in cccccccccccc of Bob" in listed.output
    assert (await command("claims", "approve", claim[:6], who=Role.EDITOR)).exit_code != 0
    done = await command("claims", "approve", claim[:6], "--because", "agreed", who=Role.REVIEWER)
    assert "approved by" in done.output, done.output
    assert "No claim is pending" in (await command("claims", "list", "--state", "pending")).output
    assert "refused by" in (await command("claims", "refuse", claim, who=Role.REVIEWER)).output
    async with town.world.database.read() as connection:
        log = [entry.act.action async for batch in AuditStore(connection).stream(town.project.id) for entry in batch]
    assert log[-2:] == ["claim.approve", "claim.refuse"]


async def test_names_that_fit_nothing_are_told(command: Command, claim: str) -> None:
    assert claim
    for words in (("approve",), ("approve", "ffff", "--all"), ("approve", "ffffffffff")):
        done = await command("claims", *words, who=Role.REVIEWER)
        assert done.exit_code == 2
        assert "error:" in done.output
