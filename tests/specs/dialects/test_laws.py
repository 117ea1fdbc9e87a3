"""Laws of all dialects on any text: nothing raises, spans are true, keys unique, a block is replaced alone."""

from hypothesis import given
from hypothesis import strategies as st

from specs.dialects import DIALECTS
from specs.dialects.kiro_tasks import KiroTasks
from specs.dialects.spec_kit_tasks import SpecKitTasks
from specs.parser import parse
from specs.requirements.editing import find_requirement, remove_requirement, replace_requirement
from specs.requirements.tasks import tick

PIECES = st.sampled_from(
    [
        "# Title",
        "## Purpose",
        "## Requirements",
        "## requirements  ",
        "## ADDED Requirements",
        "## MODIFIED Requirements",
        "## REMOVED Requirements",
        "## RENAMED Requirements",
        "### Requirement: Login",
        "### Requirement: login",
        "### Requirement:",
        "### Requirement 1: Login",
        "### 2. Logout",
        "### Property 1: P",
        "#### Scenario: ok",
        "#### Acceptance Criteria",
        "### User Story 1 - T (Priority: P1)",
        "- **FR-001**: The system MUST",
        "  - nested",
        "1. **Given** a, **When** b",
        "2. WHEN x THEN y",
        "- FROM: `### Requirement: Login`",
        "- TO: `### Requirement: Out`",
        "## Decision",
        "## Decision Outcome",
        "### Confirmation",
        "### Consequences",
        "- Status: accepted",
        "Status: x",
        "- [ ] T001 [P] [US1] In src/a.py",
        "  - [x] T002 B",
        "- [-] 1. A",
        "\t* [X]* 1.1 B",
        "  - [ ] C",
        "    _Requirements: 1.1, 2.3-2.5_",
        "---",
        "```",
        "~~~~",
        "<!-- ",
        "-->",
        "<!-- one -->",
        "It SHALL.",
        "**Version**: 1",
        "",
        "",
        "   ",
        "\ufeff",
        "\x00",
        "\u2028",
    ]
)
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])
TEXTS = st.one_of(
    st.lists(st.tuples(PIECES, ENDS), max_size=24).map(lambda rows: "".join(a + b for a, b in rows)),
    st.text(max_size=80),
)
PATHS = st.sampled_from(
    [
        "openspec/specs/a/spec.md",
        "openspec/changes/c/specs/a/spec.md",
        "specs/001-a/spec.md",
        ".specify/memory/constitution.md",
        ".kiro/specs/a/requirements.md",
        ".kiro/specs/a/design.md",
        ".kiro/specs/a/tasks.md",
        "specs/001-a/tasks.md",
        "docs/adr/0001-a.md",
        "docs/a.md",
        "openspec/specs/spec.md",
    ]
)


@given(PATHS, TEXTS)
def test_every_dialect_reads_any_text(path: str, text: str) -> None:
    document = parse(text)
    for dialect in DIALECTS:
        dialect.recognises(path, text)
        reading = dialect.read(path, document)
        units = [unit for one in reading.requirements for unit in (one, *one.parts)]
        assert len({unit.key for unit in units}) == len(units)
        for unit in units:
            assert text[unit.start : unit.end] == unit.text
            assert replace_requirement(text, unit, unit.text) == text
            assert find_requirement(reading.requirements, unit.key) == unit
        for one in reading.requirements:
            assert all(one.start <= part.start <= part.end <= one.end for part in one.parts)


@given(PATHS, TEXTS)
def test_a_tick_changes_one_character_and_no_more(path: str, text: str) -> None:
    for dialect in (KiroTasks(), SpecKitTasks()):
        reading = dialect.read(path, parse(text))
        assert len({task.key for task in reading.tasks}) == len(reading.tasks)
        for at, task in enumerate(reading.tasks):
            assert text[task.start : task.end] == task.text
            assert (text[task.box - 1], text[task.box + 1]) == ("[", "]")
            done = tick(text, task, "done", dialect.marks)
            assert (done[: task.box], done[task.box + 1 :]) == (text[: task.box], text[task.box + 1 :])
            again = dialect.read(path, parse(done)).tasks
            assert again[at].state == "done"
            others = [(one.key, one.state) for one in reading.tasks if one.key != task.key]
            assert [(one.key, one.state) for one in again if one.key != task.key] == others
            assert tick(done, again[at], "done", dialect.marks) == done


@given(PATHS, TEXTS, st.sampled_from(["x", "### Requirement: New\nIt MUST.\n", "", "a\r\nb"]))
def test_a_replaced_block_changes_only_itself(path: str, text: str, new: str) -> None:
    document = parse(text)
    for dialect in DIALECTS:
        for one in dialect.read(path, document).requirements:
            written = replace_requirement(text, one, new)
            before, after = text[: one.start], text[one.end :]
            assert written.startswith(before)
            assert written.endswith(after)
            left = remove_requirement(text, one)
            assert left.startswith(before)
            assert after.endswith(left[len(before) :])
