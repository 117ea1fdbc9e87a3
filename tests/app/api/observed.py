"""What is known of code in a project: a check that found something, the week's letter, a claim of a lock."""

from app import sources
from app.mailing.dispatch import rendering
from app.settings import Settings
from drift.debt.claims import ClaimState, claim_id
from drift.debt.lock import Entry
from drift.service import Drift
from specs.access import SERVER, Role
from sync.service.letters.letters import Letters
from sync.store.claims import ClaimStore
from tests.app.conftest import Town
from tests.drift.service.made import Recorder, finding
from tests.factories import Clock


async def observe(town: Town) -> dict[str, list[str]]:
    """Record one of each by hand, and give their ids by the names of what takes them."""
    world, clock = town.world, town.world.clock
    world.clock, world.project, world.ada = Clock(), town.project, town.people[Role.ADMIN]
    recorder = await Recorder(world).prepare()
    check = await recorder.check(finding("a"), finding("b"))
    world.clock = clock
    letters = Letters(world.database, world.library, Drift(world.database, clock), clock, sources.new_id)
    letter = await letters.publish(SERVER, town.project, rendering(Settings(), town.project))
    entries = [Entry("layering", f"shop.{one} -> shop.web", "waived", "2999-01-01", "Ada", "Later.") for one in "abcd"]
    claims = {claim_id(entry): entry for entry in entries}
    async with world.database.transaction() as connection:
        await ClaimStore(connection).see(
            recorder.repository,
            town.project.id,
            claims,
            commit="c" * 40,
            author="Bob",
            at=clock(),
            state=ClaimState.PENDING,
        )
    return {
        "check": [str(check.id)],
        "invariant": ["layering"],
        "fingerprint": [finding(name)["fingerprint"] for name in "ab"],
        "report": [str(letter.record.id)],
        "count": ["new", "open"],
        "form": ["markdown", "json", "html", "slack"],
        "claims": list(claims),
    }
