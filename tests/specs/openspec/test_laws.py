"""Laws of applying a delta: once is as good as twice, alone the change wins, what nobody touched stays to the byte."""

from hypothesis import given
from hypothesis import strategies as st

from specs.openspec.applying import apply_delta
from specs.openspec.blocks import read_spec
from specs.openspec.delta import read_delta
from specs.openspec.outcome import Base, Heading

NAMES = ("Login", "Logout", "Mail", "Search")
HEADING = Heading("a", "c")
VERSIONS = st.sampled_from(
    [
        "It SHALL wait one minute.\n\n#### Scenario: a\n- **THEN** one\n",
        "It SHALL wait two minutes.\n\n#### Scenario: a\n- **THEN** one\n",
        "It SHALL wait one minute.\n\n#### Scenario: a\n- **THEN** two\n",
        "It SHALL wait one minute.\n\n#### Scenario: a\n- **THEN** three\n",
        "It SHALL wait one minute.\n\n#### Scenario: a\n- **THEN** one\n\n#### Scenario: b\n- **THEN** new\n",
    ]
)
STATES = st.dictionaries(st.sampled_from(NAMES), VERSIONS, max_size=4)


def spec(state: dict[str, str], end: str = "\n") -> str:
    blocks = "".join(f"### Requirement: {name}\n{body}\n" for name, body in state.items())
    return f"# T\n\n## Purpose\nP.\n\n## Requirements\n\n{blocks}## After\n\nend".replace("\n", end)


def delta(state: dict[str, str], base: dict[str, str], removed: set[str], end: str = "\n") -> str:
    added = {name: body for name, body in state.items() if name not in base}
    modified = {name: body for name, body in state.items() if name in base}
    text = ""
    for title, part in (("ADDED", added), ("MODIFIED", modified)):
        text += f"## {title} Requirements\n\n" + "".join(f"### Requirement: {n}\n{b}\n" for n, b in part.items())
    text += "## REMOVED Requirements\n" + "".join(f"- `### Requirement: {n}`\n" for n in sorted(removed - set(state)))
    return text.replace("\n", end)


def blocks(text: str) -> dict[str, str]:
    return {block.name: block.text.replace("\r\n", "\n").strip() for block in read_spec(text).blocks}


@given(STATES, STATES, STATES, st.sets(st.sampled_from(NAMES)), st.sampled_from(["\n", "\r\n"]))
def test_applied_twice_is_applied_once(
    base: dict[str, str], now: dict[str, str], wanted: dict[str, str], removed: set[str], end: str
) -> None:
    change = read_delta(delta(wanted, base, removed))
    first = apply_delta(spec(now, end), change, Base(spec(base)), heading=HEADING)
    if not first.clean:
        assert first.text == spec(now, end)
        return
    second = apply_delta(first.text, change, Base(spec(base)), heading=HEADING)
    assert second.clean
    assert second.text == first.text


@given(STATES, STATES, st.sets(st.sampled_from(NAMES)), st.sampled_from(["\n", "\r\n"]))
def test_a_change_that_is_alone_lands_as_written(
    base: dict[str, str], wanted: dict[str, str], removed: set[str], end: str
) -> None:
    text = delta(wanted, base, removed, end)
    for known, blind in ((Base(spec(base)), False), (None, True)):
        done = apply_delta(spec(base, end), read_delta(text), known, heading=HEADING, blind=blind)
        if not done.clean:
            errors = {problem.code for problem in done.problems if problem.severity == "error"}
            assert errors <= {"openspec-modified", "openspec-empty-section"}
            continue
        expected = {n: b for n, b in {**base, **wanted}.items() if n in wanted or n not in removed}
        assert blocks(done.text) == blocks(spec(expected))
        assert ("\r" in done.text) == (end == "\r\n")
        assert done.text.endswith(f"## After{end}{end}end")


@given(STATES, STATES, STATES)
def test_what_both_changed_in_one_scenario_is_never_taken_from_one_side(
    base: dict[str, str], now: dict[str, str], wanted: dict[str, str]
) -> None:
    change = read_delta(delta(wanted, base, set()))
    done = apply_delta(spec(now), change, Base(spec(base)), heading=HEADING)
    if not done.clean:
        return
    for name, body in wanted.items():
        ours, theirs = now.get(name), body
        if ours is not None and name in base and ours not in (base[name], theirs) and theirs != base[name]:
            text = blocks(done.text)[name]
            for line in {*ours.split("\n"), *theirs.split("\n")} - set(base[name].split("\n")):
                assert line.strip() in text
