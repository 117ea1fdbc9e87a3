"""Facts as JSON: whole, and nothing else."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift.extract import extract
from drift.facts import Body, Call, Definition, EdgeAttribute, FileFacts, RawImport, Scope, Tier
from specs.problem import Problem
from sync.cache.factcodec import (
    NO_SYNTAX,
    decode_bodies,
    decode_definitions,
    decode_imports,
    encode,
    pack,
    unpack,
    unpack_all,
)

TEXT = st.text(max_size=12) | st.just("\udce9")
NUMBER = st.integers(0, 1 << 40)
NAMES = st.lists(TEXT, max_size=2).map(tuple)
FLAG = st.booleans()
DEFINITION = st.builds(Definition, TEXT, TEXT, TEXT, NUMBER, NUMBER, FLAG, NAMES, NAMES, FLAG, NUMBER, FLAG)
PROBLEMS = st.lists(
    st.builds(Problem, TEXT, TEXT, NUMBER, NUMBER, TEXT, st.sampled_from(["error", "warning", "info"])), max_size=2
).map(tuple)
FACTS = st.builds(
    FileFacts,
    language=st.just("python"),
    lines=NUMBER,
    imports=st.lists(
        st.builds(
            RawImport,
            TEXT,
            st.lists(TEXT, max_size=3).map(tuple),
            NUMBER,
            NUMBER,
            st.frozensets(st.sampled_from(EdgeAttribute), max_size=3),
        ),
        max_size=4,
    ).map(tuple),
    definitions=st.lists(DEFINITION, max_size=4).map(tuple),
    calls=st.lists(st.builds(Call, TEXT, TEXT, NUMBER), max_size=4).map(tuple),
    bodies=st.lists(st.builds(Body, TEXT, NUMBER, NUMBER), max_size=4).map(tuple),
    scopes=st.lists(st.builds(Scope, TEXT, NAMES), max_size=2).map(tuple),
    problems=PROBLEMS,
    syntax=PROBLEMS,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


def test_every_field_of_the_facts_is_kept():
    fields = {field.name for field in dataclasses.fields(FileFacts)}
    assert fields == {
        *("language", "lines", "imports", "problems", "scopes"),
        *("definitions", "syntax"),
        *("calls", "bodies"),
        "tier",
    }
    assert Scope._fields == ("package", "names")
    assert RawImport._fields == ("target", "names", "line", "column", "attributes")
    described = ("bases", "decorators", "documented", "parameters", "typed")
    assert Definition._fields == ("name", "kind", "signature", "line", "end_line", "public", *described)
    assert Body._fields == ("name", "line", "complexity")
    assert Call._fields == ("callee", "caller", "line")


@given(FACTS)
def test_facts_come_back_whole(facts):
    imports, definitions, bodies = encode(facts)
    assert decode_imports(unpack(imports)) == (facts.lines, facts.imports, facts.problems, facts.scopes)
    assert decode_definitions(unpack(definitions)) == (facts.definitions, facts.syntax)
    assert decode_bodies(unpack(bodies)) == (facts.calls, facts.bodies)


def test_real_facts_come_back_whole():
    facts = extract("a.py", b"import os\n\nclass A:\n    def f(self): return os.getcwd()\n\ndef (:\n")
    assert facts.imports
    assert facts.problems
    assert decode_imports(unpack(encode(facts)[0])) == (facts.lines, facts.imports, facts.problems, facts.scopes)


@given(FACTS, st.sampled_from(Tier))
def test_a_file_read_less_far_gives_the_first_payloads_alone(facts, tier):
    assert encode(dataclasses.replace(facts, tier=tier)) == encode(facts)[:tier]


@given(FACTS)
def test_what_has_no_syntax_errors_is_told_by_its_end(facts):
    assert encode(facts)[1].endswith(NO_SYNTAX) == (not facts.syntax)


@given(JSON)
def test_other_shapes_are_nothing(value):
    head = decode_imports(value)
    assert head is None or type(head[0]) is int
    rows = decode_definitions(value)
    assert rows is None or all(type(one) is Definition for one in rows[0])
    bodies = decode_bodies(value)
    assert bodies is None or all(type(one) is Call for one in bodies[0])


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"\xff",
        b"[1,[],[],0]",
        b"[true,[],[],[]]",
        b"[1,[],[]]",
        b'[1,[],[],[["a",[1]]]]',
        b"null",
    ],
)
def test_damaged_payloads_are_nothing(payload):
    assert decode_imports(unpack(payload)) is None


def test_many_payloads_at_once_survive_one_that_is_damaged():
    assert unpack_all([b"[1]", b"2"]) == [[1], 2]
    assert unpack_all([b"[1]", b"1,2", b"{"]) == [[1], None, None]
    assert unpack_all([]) == []
    assert unpack(pack(["\udce9"])) == ["\udce9"]
