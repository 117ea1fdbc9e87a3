"""What the reader did last in the inbox, told above the list, with the way back where there is one."""

from collections.abc import Mapping
from uuid import UUID

from app.unit import Unit
from app.web import addresses
from app.web.answers import Here
from app.web.shaping.deltas import undoable
from app.web.views.inbox import Done
from specs.errors import MissingError
from sync.inbox.decisions import Choice


async def done_of(unit: Unit, at: Here, query: Mapping[str, str]) -> Done | None:
    """Say what was done last, as the address has it; None where it says nothing that is known."""
    if query.get("done"):
        return await _proposal(unit, at, query["done"])
    of, word = query.get("of", ""), query.get("did", "")
    if word in {"waive", "mend"}:
        return await _decided(unit, at, of)
    return _plain(at.project.slug, word, of, query)


def _plain(slug: str, word: str, of: str, query: Mapping[str, str]) -> Done | None:
    """Say what was done where the address alone tells it."""
    done: Done | None = None
    match word:
        case "confirm":
            fields = ("undo", "confirmed"), ("of", of), ("statements", query.get("statements", ""))
            note = "What agents were told meanwhile, they were told."
            done = Done(f"Confirmed {_count(query)}", undo=addresses.inbox(slug), fields=fields, note=note)
        case "snooze":
            count = len(of.split())
            done = Done(
                f"{count} put off" if count > 1 else "Put off",
                undo=addresses.inbox(slug),
                fields=(("undo", "snoozed"), ("of", of)),
            )
        case "approve-claims" | "refuse-claims":
            state = "Approved" if query.get("state") == "approved" else "Refused"
            note = "The other answer takes its place: on the page Claims."
            done = Done(f"{state} {_count(query)}", "Claims", addresses.claims(slug), note=note)
        case "pass" | "send-back":
            page = addresses.gate if query.get("kind") == "gate" else addresses.task
            told = "You let it pass" if word == "pass" else "You sent it back"
            note = "Your last word counts as long as it waits; what has passed is not taken back."
            done = Done(told, "See how it stands", page(slug, of), note=note)
        case "thaw":
            done = Done("Thawed", note="It may act again. Freezing it anew is for the members page.")
        case "undo":
            done = Done("Taken back", note="It stands in the audit log, as what you did before does.")
        case _:
            pass
    return done


def _count(query: Mapping[str, str]) -> str:
    number = query.get("count", "")
    return number if number.isdecimal() and len(number) < 6 else "some"  # noqa: PLR2004 (more are never done at once)


async def _decided(unit: Unit, at: Here, idents: str) -> Done | None:
    try:
        names = [UUID(one) for one in idents.split()]
    except ValueError:
        return None
    found = {
        one.id: one for name in names for one in await unit.decisions.together(unit.principal, at.project.id, name)
    }
    made = list(found.values())
    if not made:
        return None
    first, slug = made[0], at.project.slug
    places = len({one.repository for one in made})
    things = f"{len(made)} findings" if made[1:] else "One finding"
    where = f" in {places} repositories" if places > 1 else ""
    told = f"{things} of {first.invariant}{where} {'are' if made[1:] else 'is'} {first.told}"
    if any(one.ended_at is not None for one in made):
        return Done(f"{told}: that stands no more")
    fields = (("undo", "decided"), ("of", idents))
    if first.choice is Choice.MEND:
        note = "Taking it back leaves the task, which you cancel on its page."
        return Done(told, "See the task", addresses.task(slug, str(first.task)), addresses.inbox(slug), fields, note)
    note = "It counts from the next check on."
    return Done(told, undo=addresses.inbox(slug), fields=fields, note=note)


async def _proposal(unit: Unit, at: Here, ident: str) -> Done | None:
    """Say how the proposal stands that was answered last."""
    try:
        detail = await unit.proposals.get(unit.principal, at.project.id, UUID(ident))
    except (ValueError, MissingError):
        return None
    one, slug = detail.proposal, at.project.slug
    href, said = addresses.proposal(slug, ident), undoable(one, unit.principal)
    if said:
        fields = (("step", "take-back"), ("back", "inbox"))
        return Done(one.state.value.capitalize(), one.title, href, addresses.proposal(slug, ident, "step"), fields)
    path = next((part.to_path for part in detail.delta), "") if one.state.value == "accepted" else ""
    note = "It is the truth now: to go back, restore the revision before it from the history." if path else ""
    return Done(one.state.value.capitalize(), one.title, href, note=note)
