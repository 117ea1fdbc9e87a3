"""Reads the fences that mean something, `yaml invariant` and `yaml policy`. Knows the keys common to all kinds."""

import re
from collections.abc import Mapping
from datetime import date

from specs.document import BrokenBlock, ExceptionClause, InvariantBlock, Place, PolicyBlock, Yaml
from specs.problem import SEVERITIES, Problem, Severity
from specs.rules.reading import read_policy
from specs.values import dataclass
from specs.yaml import YamlResult, read_mapping

MAX_ID = 80
COMMON_KEYS = frozenset({"id", "kind", "name", "why", "severity", "owner", "except", "repositories", "extends"})

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_KIND = re.compile(r"[a-z][a-z0-9_-]*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NEAR = re.compile(r"invarian|polic(?:y|ies)\b", re.IGNORECASE)
_MARKED = re.compile(r"^[ \t]*(?:```+|~~~+)[ \t]*ya?ml[ \t]+(?:invariant|policy)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block with where it stands: `line` that of its opening, `text` its source, fence lines included."""

    info: str
    content: str
    text: str
    line: int
    anchor: str
    closed: bool = True


@dataclass(frozen=True, slots=True)
class FenceRead:
    """What a fence came to: at most one block, and problems."""

    block: InvariantBlock | PolicyBlock | BrokenBlock | None
    problems: tuple[Problem, ...]


def meaning(info: str) -> str:
    """Say which block an info string announces: `invariant`, `policy`, or "" for any other."""
    words = info.split()
    if len(words) == 2 and words[0] in {"yaml", "yml"} and words[1] in {"invariant", "policy"}:  # noqa: PLR2004 (a pair)
        return words[1]
    return ""


def hidden_mark(content: str) -> int | None:
    """Find an invariant or policy fence in text that Markdown takes for code or HTML; give its line from 0."""
    found = _MARKED.search(content)
    return None if found is None else content.count("\n", 0, found.start())


def read_fence(fence: Fence) -> FenceRead:
    """Read a fence. One that is neither invariant nor policy is left alone, unless its info looks like a slip."""
    sort = meaning(fence.info)
    if not sort:
        return FenceRead(None, _slips(fence))
    result = read_mapping(fence.content, fence.line + 1)
    problems = list(result.problems)
    if not fence.closed:
        hint = "Close it by a line of the same backticks (or tildes), indented as the opening line is."
        problems.insert(0, Problem("unclosed-fence", f"This {sort} block never ends.", fence.line, 1, hint))
    if sort == "invariant":
        return _Invariant(fence, result, problems).read()
    block = PolicyBlock(
        values=result.values or {},
        anchor=fence.anchor,
        line=fence.line,
        text=fence.text,
        places=result.places,
        broken=result.values is None or not fence.closed,
    )
    return FenceRead(block, (*problems, *read_policy(block).problems))


def _slips(fence: Fence) -> tuple[Problem, ...]:
    words = fence.info.split()
    if not words or len(words) > 3 or not _NEAR.match(words[-1].strip("{}.")):  # noqa: PLR2004 (more is a caption)
        return ()
    if len(words) > 1 and words[0].lower() not in {"yaml", "yml"}:
        return ()
    word = "policy" if words[-1].strip("{}.").lower().startswith("p") else "invariant"
    hint = f"Write ```yaml {word} if it is meant to count."
    message = f"A block marked `{fence.info}` is not read as {word}."
    return (Problem("fence-info", message, fence.line, 1, hint, "warning"),)


class _Invariant:
    """Checks the common keys of one invariant block; problems gather on the way."""

    def __init__(self, fence: Fence, result: YamlResult, problems: list[Problem]) -> None:
        self.fence, self.result, self.problems = fence, result, problems
        self.values: Mapping[str, Yaml] = result.values or {}

    def report(self, code: str, message: str, place: Place, hint: str) -> None:
        self.problems.append(Problem(code, message, *place, hint))

    def place(self, *path: str | int) -> Place:
        return self.result.places.get(path, (self.fence.line, 1))

    def read(self) -> FenceRead:
        fence = self.fence
        if self.result.values is None:
            return FenceRead(BrokenBlock(fence.line, fence.anchor), tuple(self.problems))
        name = self.word("id", _ID, f"Use small letters, digits and dashes, at most {MAX_ID}: id: payments-layers")
        kind = self.word("kind", _KIND, "Name one of the kinds that `holdfast explain` lists: kind: layers")
        block = InvariantBlock(
            id=name,
            kind=kind,
            name=self.text("name"),
            why=self.text("why"),
            severity=self.severity(),
            owner=self.text("owner"),
            exceptions=tuple(self.exceptions()),
            options={key: value for key, value in self.values.items() if key not in COMMON_KEYS},
            option_lines=self.option_lines(),
            anchor=fence.anchor,
            line=fence.line,
            text=fence.text,
            repositories=self.repositories(),
            extends=self.extends(),
        )
        broken = None if name and kind else BrokenBlock(fence.line, fence.anchor, name)
        return FenceRead(broken or block, tuple(self.problems))

    def option_lines(self) -> dict[str, int]:
        places = self.result.places.items()
        return {"/".join(map(str, path)): place[0] for path, place in places if path[0] not in COMMON_KEYS}

    def word(self, key: str, pattern: re.Pattern[str], hint: str) -> str:
        value = self.values.get(key)
        if value is None:
            self.report(f"missing-{key}", f"The invariant has no {key}.", self.place(key), hint)
        elif not isinstance(value, str):
            self.report(f"bad-{key}", f"The {key} must be text.", self.place(key), f"Put it in quotes. {hint}")
        elif not pattern.fullmatch(value) or len(value) > MAX_ID:
            self.report(f"bad-{key}", f"{value[:MAX_ID]!r} cannot be an invariant's {key}.", self.place(key), hint)
        else:
            return value
        return ""

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if value is None or isinstance(value, str):
            return (value or "").strip()
        hint = "Write plain text, in quotes if it looks like a number."
        self.report("bad-value", f"{key} must be text.", self.place(key), hint)
        return ""

    def repositories(self) -> tuple[str, ...]:
        value = self.values.get("repositories")
        named = [value] if isinstance(value, str) else value
        if value is None:
            return ()
        if isinstance(named, list) and named and all(isinstance(name, str) and name.strip() for name in named):
            return tuple(str(name).strip() for name in named)
        hint = "Write repositories: [web, api], or leave it out."
        self.report("bad-repositories", "repositories must be a list of names.", self.place("repositories"), hint)
        return ()

    def extends(self) -> str:
        if "extends" not in self.values:
            return ""
        return self.word("extends", _ID, "Name the invariant of a folder above that it restates: extends: file-size")

    def severity(self) -> Severity:
        value = self.values.get("severity", "error")
        for severity in SEVERITIES:
            if value == severity:
                return severity
        hint = f"Use one of {', '.join(SEVERITIES)}; until then it counts as error."
        self.report("unknown-severity", f"There is no severity {value!r}.", self.place("severity"), hint)
        return "error"

    def exceptions(self) -> list[ExceptionClause]:
        entries = self.values.get("except")
        if entries is None:
            return []
        if not isinstance(entries, list):
            hint = "Write a list: except:, then lines like - {what: payments.api, because: the reason}."
            self.report("bad-except", "except must be a list.", self.place("except"), hint)
            return []
        clauses = [self.clause(entry, index) for index, entry in enumerate(entries)]
        return [clause for clause in clauses if clause is not None]

    def clause(self, entry: Yaml, index: int) -> ExceptionClause | None:
        """Read one exception; a faulty one is reported and excepts nothing."""
        before = len(self.problems)
        where = self.place("except", index)
        if not isinstance(entry, dict):
            hint = "Write {what: ..., because: ...}: an exception needs its reason."
            self.report("bad-except", "An exception must be a mapping.", where, hint)
            return None
        for key in entry:
            if key not in {"what", "because", "until"}:
                hint = "An exception has what, because and until."
                self.report("unknown-key", f"An exception has no key {key}.", self.place("except", index, key), hint)
        texts = {key: entry.get(key) for key in ("what", "because")}
        for key, value in texts.items():
            if not isinstance(value, str) or not value.strip():
                place = self.result.places.get(("except", index, key), where)
                self.report("bad-except", f"An exception needs {key}, as text.", place, f"Add {key}: ...")
        until = entry.get("until")
        if until is not None and not (isinstance(until, str) and _is_date(until)):
            hint = "Write a date as 2027-03-31, or leave until out."
            self.report("bad-date", f"{until!r} is no date.", self.place("except", index, "until"), hint)
        if len(self.problems) > before:
            return None
        end = until if isinstance(until, str) else None
        return ExceptionClause(str(texts["what"]).strip(), str(texts["because"]).strip(), end, where[0])


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False
