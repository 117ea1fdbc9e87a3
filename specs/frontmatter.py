"""The front matter of a spec: YAML between two `---` lines at the very start. Other tools' keys are kept as read."""

import re
from collections.abc import Sequence
from typing import get_args

from specs.document import FrontMatter, Status, Yaml
from specs.lines import without_end
from specs.problem import Problem, Severity
from specs.values import dataclass
from specs.yaml import YamlResult, read_mapping

BOM = "\ufeff"
STATUSES: tuple[Status, ...] = get_args(Status)
# How decision records and other tools call the same three.
STATUS_WORDS: dict[Status, str] = {
    "active": "active accepted approved adopted agreed current decided done effective final implemented published"
    " stable",
    "draft": "draft proposed proposal provisional pending review open wip tbd deferred on-hold",
    "retired": "retired superseded superceded replaced rejected deprecated withdrawn obsolete abandoned archived"
    " cancelled canceled declined",
}

_FENCE = re.compile(r"---[ \t]*")
_KEY = re.compile(r"[\w\"'-][^:]*:(?:\s|$)")


@dataclass(frozen=True, slots=True)
class FrontMatterRead:
    """What was found: the values, how many lines the front matter takes (0 if there is none), and its problems."""

    front_matter: FrontMatter
    lines: int
    problems: tuple[Problem, ...]


def read_front_matter(lines: Sequence[str]) -> FrontMatterRead:
    """Read the front matter of a text given as lines. A `---` with a blank line after it is a thematic break."""
    nothing = FrontMatterRead(FrontMatter(), 0, ())
    if len(lines) < 2 or not _FENCE.fullmatch(without_end(lines[0]).removeprefix(BOM)) or not lines[1].strip():  # noqa: PLR2004 (an opening line and one more)
        return nothing
    end = next((n for n in range(1, len(lines)) if _FENCE.fullmatch(without_end(lines[n]))), 0)
    if end:
        result = read_mapping("".join(f"{without_end(line)}\n" for line in lines[1:end]), 2)
        front_matter, problems = _check(result)
        return FrontMatterRead(front_matter, end + 1, (*result.problems, *problems))
    if not _KEY.match(lines[1]):
        return nothing
    hint = "Close the front matter by a line of three dashes."
    problem = Problem("unclosed-front-matter", "The front matter that begins here never ends.", 1, 1, hint)
    return FrontMatterRead(FrontMatter(), 0, (problem,))


def _check(result: YamlResult) -> tuple[FrontMatter, list[Problem]]:
    problems: list[Problem] = []
    values = result.values or {}
    keys = {str(path[0]): place[0] for path, place in result.places.items() if len(path) == 1}

    def report(key: str, message: str, hint: str, severity: Severity = "error") -> None:
        problems.append(Problem("front-matter", message, *result.places.get((key,), (1, 1)), hint, severity))

    def texts(key: str, example: str) -> tuple[str, ...]:
        value = values.get(key)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(entry, str) and entry for entry in value):
            return tuple(str(entry) for entry in value)
        report(key, f"{key} must be a list of texts.", f"Write {key}: {example}")
        return tuple(str(entry) for entry in _some(value))

    title = values.get("title")
    if title is not None and not isinstance(title, str):
        report("title", "The title must be text.", f'Put it in quotes: title: "{title}"', "warning")
    status = values.get("status")
    known = known_status(status) if isinstance(status, str) else None
    if status is not None and known is None:
        hint = f"Use one of {', '.join(STATUSES)}; until then the spec counts as active."
        report("status", f"Holdfast knows no status {status!r}.", hint, "warning")
    front_matter = FrontMatter(
        title=title if isinstance(title, str) else "" if title is None else str(title),
        status=known or "active",
        owners=texts("owners", "[payments]"),
        covers=texts("covers", '["src/payments/**"]'),
        inferred=texts("inferred", "[layering]"),
        repositories=texts("repositories", "[web, api]"),
        values=values,
        lines=keys,
    )
    return front_matter, problems


def known_status(written: str) -> Status | None:
    """Say what a status means as people and tools write it ("Superseded by ADR-7"); None where it is not known."""
    words = re.findall(r"[a-z][a-z-]*", re.sub(r"\bon hold\b", "on-hold", written.casefold()))[:2]
    if words[:1] in (["in"], ["under"]):
        words = words[1:]
    return next((status for status, known in STATUS_WORDS.items() if words and words[0] in known.split()), None)


def _some(value: Yaml) -> list[str]:
    """Save what can be meant: one text stands for a list of one, and good entries outlive bad neighbours."""
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries if isinstance(entry, str) and entry]
