"""Templates to pages: the Jinja environment with its filters. Knows the shape of no page."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.web import addresses
from app.web.views.frame import Frame, Place
from app.web.views.history import DiffRow

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"
RAIL = (
    (Place.OVERVIEW, "Overview", "o"),
    (Place.SPECS, "Specs", "s"),
    (Place.PROPOSALS, "Proposals", "p"),
    (Place.TASKS, "Tasks", "t"),
    (Place.DRIFT, "Drift", "d"),
    (Place.REPORTS, "Reports", "r"),
)


@cache
def environment() -> Environment:
    """Make the environment once a process: everything is escaped, an unknown name is an error."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "iso": iso,
        "moment": moment,
        "day": day,
        "grouped": grouped,
        "runs": runs,
        "ticks": ticks,
        "breakable": breakable,
    }
    env.globals |= {"to": addresses, "asset": asset, "places": places}
    return env


def render(template: str, frame: Frame, page: object = None) -> str:
    """Give the HTML of a page."""
    return environment().get_template(template).render(frame=frame, page=page)


@cache
def asset(name: str) -> str:
    """Give the address of a static file; it changes with the file, so that browsers may keep it for long."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


def places(frame: Frame) -> tuple[tuple[str, str, str, str], ...]:
    """Give the rail of a project: key, word, address and letter of each place."""
    if frame.project is None:
        return ()
    slug = frame.project.slug
    to = {
        Place.OVERVIEW: addresses.project(slug),
        Place.SPECS: addresses.specs(slug),
        Place.PROPOSALS: addresses.proposals(slug),
        Place.TASKS: addresses.tasks(slug),
        Place.DRIFT: addresses.findings(slug),
        Place.REPORTS: addresses.reports(slug),
    }
    rows = [(str(place), word, to[place], letter) for place, word, letter in RAIL]
    return (*rows, (str(Place.SETTINGS), "Settings", addresses.settings(slug), "a"))


def iso(at: datetime) -> str:
    """Write a time for machines, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def moment(at: datetime) -> str:
    """Write a time for people who have no script: absolute, in UTC."""
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y, %H:%M} UTC"


def day(at: date) -> str:
    """Write a day."""
    return f"{at.day} {at:%b %Y}"


def grouped(number: int) -> str:
    """Write a number with its thousands apart."""
    return f"{number:,}"


def ticks(text: str) -> Markup:
    """Show what stands between backticks as code; everything is escaped."""
    parts = re.split(r"`([^`]+)`", text)
    return Markup("").join(Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts))


def breakable(path: str) -> Markup:
    """Let a path break after its slashes."""
    return Markup("/<wbr>").join(path.split("/"))


def runs(rows: Iterable[DiffRow]) -> Iterator[list[DiffRow]]:
    """Group neighbouring rows of one kind; each gap stands alone."""
    for _, group in groupby(enumerate(rows), key=lambda pair: (pair[1].kind, pair[0] if pair[1].kind == "gap" else 0)):
        yield [row for _, row in group]
