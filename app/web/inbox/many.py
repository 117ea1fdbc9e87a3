"""Several rows of the inbox at once: decided where they are of one rule and get one choice, put off whatever they are.

Each row is decided by the service that decides it alone. Where one moved on meanwhile nothing is done to any.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from app.unit import Unit
from app.web.answers import Here
from app.web.inbox.acts import day, moment
from drift.debt.claims import ClaimState
from specs.errors import UserError
from sync.inbox.decisions import Choice
from sync.inbox.matters import Matter, MatterKind
from sync.service.deciding import Answer

ROW = "row-"
MOST_ROWS = 40
OF_A_RULE = frozenset({MatterKind.FINDING, MatterKind.WAIVER})


def sort_of(matter: Matter) -> str:
    """Say with which other rows a matter can be decided: those of the same sort; "" for none."""
    if matter.kind in OF_A_RULE and matter.repository is not None:
        return f"rule {matter.rule or matter.subject}"
    return "claims" if matter.kind is MatterKind.CLAIM else ""


async def act_on_many(unit: Unit, at: Here, given: Mapping[str, str]) -> str:
    """Do what the form under the list says; give the query that has the page tell of it. Raises what services raise."""
    word, later = given.get("many", ""), given.get("later", "")
    names = sorted(name.removeprefix(ROW) for name in given if name.startswith(ROW))
    if not 0 < len(names) <= MOST_ROWS:
        raise UserError("No row is ticked.", f"Tick 1 to {MOST_ROWS} rows, with X or the mouse.")
    matters = await unit.inbox.several(unit.principal, at.project.id, names)
    if later:
        until = moment(later)
        for one in matters:
            await unit.inbox.snooze(unit.principal, at.project.id, one.id, until)
        return urlencode({"did": "snooze", "of": " ".join(names)})
    sorts = {sort_of(one) for one in matters}
    if len(sorts) > 1 or "" in sorts:
        raise UserError(
            "These rows are not decided together.", "Decide on rows of one rule at once; any rows can be put off."
        )
    if word in {Choice.WAIVE, Choice.MEND} and sorts != {"claims"}:
        return await _decide(unit, at, matters, given, Choice(word))
    if word in {"approve-claims", "refuse-claims"} and sorts == {"claims"}:
        state = ClaimState.APPROVED if word == "approve-claims" else ClaimState.REFUSED
        names = [item.name for one in matters for item in one.items]
        done = await unit.claims.decide(unit.principal, at.project.id, names, state, given.get("because", ""))
        return urlencode({"did": word, "count": len(done), "state": state.value})
    raise UserError("The form does not say what to do.", "Press one of its buttons.")


async def _decide(unit: Unit, at: Here, matters: tuple[Matter, ...], given: Mapping[str, str], choice: Choice) -> str:
    who, project = unit.principal, at.project.id
    known = await unit.inbox.findings(who, project, matters)
    until = day(given.get("until", "")) if choice is Choice.WAIVE else None
    answers = [
        Answer(
            choice,
            tuple(item.name for item in known.get(one.id) or one.items),
            given.get("because", "").strip(),
            until,
            one.repository,
            one.kind is MatterKind.WAIVER,
        )
        for one in matters
    ]
    made = await unit.decisions.decide_all(who, project, answers)
    return urlencode({"did": choice.value, "of": " ".join(str(found[0].id) for found in made)})
