"""Every action of the audit log is announced or said to be private; what is announced has a documented form."""

import ast
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest

from specs.audit import Act, Entry
from sync.feeds.event import MOST_BYTES, Event, as_json, written
from sync.feeds.fields import FIELDS
from sync.feeds.kinds import PRIVATE, SOURCES, TYPES, Source, event_of, schema

ROOT = Path(__file__).resolve().parents[3]
WORD = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[a-z]+(?:-[a-z]+)*)?\Z")
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
# Made of a word of theirs: what a step of a proposal is called.
VALIDATOR = jsonschema.Draft202012Validator(schema(), format_checker=jsonschema.FormatChecker())
STEPS = {"step": "proposal", "say": "proposal"}


def texts(node: ast.AST) -> set[str]:
    """The texts that stand in an expression."""
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def said_by(tree: ast.Module) -> set[str]:
    """The actions that a module names: whatever it gives as `action`, and what looks like one of a known subject."""
    subjects = {action.partition(".")[0] for action in (*PRIVATE, *(source.action for source in SOURCES))}
    found = {text for text in texts(tree) if "." in text and text.partition(".")[0] in subjects}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "action":
            found |= texts(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in STEPS:
            last = [argument for argument in node.args if isinstance(argument, ast.Constant | ast.IfExp)][-1:]
            found |= {f"{STEPS[node.func.attr]}.{text}" for argument in last for text in texts(argument)}
    return {text for text in found if WORD.match(text) and not text.endswith(".md")}


def actions() -> dict[str, str]:
    """Every action that the services write, with the file that does."""
    folders = ("specs/service", "drift/service", "sync/service")
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return {text: path.name for path in files for text in said_by(ast.parse(path.read_text()))}


def test_every_action_is_announced_or_private() -> None:
    known = {source.action for source in SOURCES} | set(PRIVATE)
    found = actions()
    assert {"spec.save", "proposal.accept", "gate.decide", "finding.open", "login"} <= set(found)
    unknown = {text: name for text, name in found.items() if text not in known}
    assert not unknown, "add a row to SOURCES or PRIVATE in sync/feeds/kinds.py"


def test_no_action_is_both() -> None:
    announced = [source.action for source in SOURCES]
    assert len(announced) == len(set(announced))
    assert not set(announced) & set(PRIVATE)


def test_every_type_has_a_source_and_every_field_a_form() -> None:
    assert {source.type for source in SOURCES} == set(TYPES)
    used = {name for type_ in TYPES.values() for name in type_.fields}
    assert used | {"event", "truncated"} == set(FIELDS)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.action)
def test_a_source_says_only_what_its_type_has(source: Source) -> None:
    made = {copied.partition(">")[2] or copied for copied in source.copied} | set(source.says)
    made |= {source.subject} if source.subject else set()
    assert made <= set(TYPES[source.type].fields)


def sample(name: str) -> Any:
    """A value of the form that a field has."""
    form = FIELDS[name]
    values = {"integer": 3, "boolean": True, "object": {}, "array": []}
    if form["type"] == "string":
        return form["enum"][0] if "enum" in form else str(UUID(int=7))  # type: ignore[index, call-overload]
    return values[str(form["type"])]


def entry_of(source: Source, n: int = 4, **more: Any) -> Entry:
    details = {}
    for copied in source.copied:
        old, _, new = copied.partition(">")
        details[old] = sample(new or old)
    act = Act(AT, UUID(int=1), "agent", source.action, str(UUID(int=2)), {**details, "inner": "of ours", **more})
    return Entry(UUID(int=9), n, act, "0" * 64, "1" * 64)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.action)
def test_what_is_made_of_an_entry_fits_the_schema_and_lets_nothing_else_out(source: Source) -> None:
    event = event_of(entry_of(source), "payments", "claude")
    assert event is not None
    told = as_json(event, "1abc")
    VALIDATOR.validate(told)
    assert told["id"] == f"evt_{UUID(int=9).hex}_4"
    assert "of ours" not in str(told)


def test_what_is_private_or_unknown_makes_no_event() -> None:
    for action in ("token.issue", "login", "spec.unheard-of"):
        assert event_of(entry_of(Source(action, "spec.changed")), "payments") is None
    aside = next(source for source in SOURCES if source.action == "spec.set-aside")
    assert event_of(entry_of(aside), "payments") is not None
    assert event_of(entry_of(aside, conflict=None), "payments") is not None  # a conflict without an id is still one
    bare = Act(AT, UUID(int=1), "human", "spec.set-aside", str(UUID(int=2)), {"path": "a.md"})
    assert event_of(Entry(UUID(int=9), 1, bare, "", ""), "payments") is None


def test_an_event_that_is_too_large_is_told_without_its_lists() -> None:
    source = next(source for source in SOURCES if source.action == "finding.open")
    rows = [{"fingerprint": "f" * 64, "invariant": "i", "message": "m" * 500, "path": "p" * 500} for _ in range(100)]
    event = event_of(entry_of(source, findings=rows, count=100), "payments")
    assert isinstance(event, Event)
    text = written(event)
    assert len(text) <= MOST_BYTES
    assert '"truncated":true' in text
    assert '"finding_count":100' in text
    assert "\n" not in text


def test_the_documentation_says_what_there_is() -> None:
    page = (ROOT / "docs/events.md").read_text()
    assert not [name for name, type_ in TYPES.items() if f"| `{name}` | {type_.means} |" not in page]
    assert not set(re.findall(r"(?m)^\| `([a-z]+\.[a-z]+)` \|", page)) - set(TYPES)
    assert json.loads((ROOT / "docs/events-v1.schema.json").read_text()) == schema(), (
        "write docs/events-v1.schema.json anew"
    )
