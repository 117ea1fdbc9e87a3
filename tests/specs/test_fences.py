import pytest

from specs.document import BrokenBlock, ExceptionClause, InvariantBlock, PolicyBlock
from specs.fences import Fence, hidden_mark, meaning, read_fence

WHOLE = """\
id: payments-layers
kind: layers
name: Layering
why: Batch jobs.
severity: warning
owner: payments
except:
  - what: payments.api -> payments.db
    because: being moved
    until: 2027-03-31
layers: [payments.api, payments.db]
indirect: false
"""


def read(content, info="yaml invariant", *, closed=True):
    return read_fence(Fence(info, content, f"```{info}\n{content}```\n", 10, "layering", closed))


def codes(content):
    return [problem.code for problem in read(content).problems]


def test_a_whole_invariant_is_read():
    found = read(WHOLE)
    block = found.block
    assert found.problems == ()
    assert isinstance(block, InvariantBlock)
    assert (block.id, block.kind, block.name, block.why) == ("payments-layers", "layers", "Layering", "Batch jobs.")
    assert (block.severity, block.owner, block.anchor, block.line) == ("warning", "payments", "layering", 10)
    assert block.exceptions == (ExceptionClause("payments.api -> payments.db", "being moved", "2027-03-31", 18),)
    assert block.options == {"layers": ["payments.api", "payments.db"], "indirect": False}
    assert block.option_lines == {"layers": 21, "layers/0": 21, "layers/1": 21, "indirect": 22}


@pytest.mark.parametrize("info", ["yaml invariant", "yml invariant", "  yaml \t invariant ", "yaml\u00a0invariant"])
def test_info_strings_that_count(info):
    assert meaning(info) == "invariant"


@pytest.mark.parametrize("info", ["", "yaml", "invariant", "yaml invariants", "yaml invariant x", "json invariant"])
def test_info_strings_that_do_not_count(info):
    assert meaning(info) == ""


@pytest.mark.parametrize(
    "info", ["yaml invariants", "YAML Invariant", "invariant", "yaml {.invariant}", "yml policies"]
)
def test_a_slip_in_the_info_string_is_told(info):
    found = read("id: a\n", info)
    (problem,) = found.problems
    assert found.block is None
    assert (problem.code, problem.severity) == ("fence-info", "warning")
    assert "```yaml" in problem.hint


@pytest.mark.parametrize("info", ["", "python", "yaml", "yaml title=x", "json invariant", "mermaid"])
def test_other_fences_are_left_alone(info):
    found = read("id: [\n", info)
    assert found.block is None
    assert found.problems == ()


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("kind: layers\n", "missing-id", 10),
        ("id: Upper\nkind: layers\n", "bad-id", 11),
        ("id: -a\nkind: layers\n", "bad-id", 11),
        ("id: 12\nkind: layers\n", "bad-id", 11),
        (f"id: {'a' * 81}\nkind: layers\n", "bad-id", 11),
        ("id: a\n", "missing-kind", 10),
        ("id: a\nkind: [x]\n", "bad-kind", 12),
        ("id: a\nkind: so so\n", "bad-kind", 12),
        ("id: a\nkind: b: c\n", "yaml-syntax", 12),
        ("- id: a\n", "yaml-not-mapping", 11),
    ],
)
def test_without_id_kind_or_yaml_the_block_is_broken(content, code, line):
    found = read(content)
    (problem,) = found.problems
    assert isinstance(found.block, BrokenBlock)
    assert (problem.code, problem.line) == (code, line)
    assert problem.hint


def test_a_broken_block_keeps_the_id_that_could_be_read():
    assert read("id: a-b\n").block == BrokenBlock(10, "layering", "a-b")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("severity: fatal", "unknown-severity"),
        ("severity: [error]", "unknown-severity"),
        ("name: 404", "bad-value"),
        ("why: {a: b}", "bad-value"),
        ("owner: [a]", "bad-value"),
        ("except: all of it", "bad-except"),
        ("except: [x]", "bad-except"),
        ("except: [{what: a}]", "bad-except"),
        ("except: [{what: '', because: b}]", "bad-except"),
        ("except: [{what: a, because: b, until: soon}]", "bad-date"),
        ("except: [{what: a, because: b, until: 2027-02-30}]", "bad-date"),
        ("except: [{what: a, because: b, until: 20270228}]", "bad-date"),
        ("except: [{what: a, because: b, reason: c}]", "unknown-key"),
        ("kind: layers", "duplicate-key"),
    ],
)
def test_other_faults_are_problems_of_a_block_that_still_counts(line, code):
    found = read(f"id: a\nkind: layers\n{line}\n")
    assert isinstance(found.block, InvariantBlock)
    assert [problem.code for problem in found.problems] == [code]
    assert found.problems[0].line == 13
    assert found.problems[0].hint
    assert found.block.severity == "error"
    assert found.block.exceptions == ()


def test_a_faulty_exception_does_not_take_its_neighbours_along():
    block = read("id: a\nkind: b\nexcept:\n- {what: x}\n- {what: y, because: z}\n").block
    assert isinstance(block, InvariantBlock)
    assert [clause.what for clause in block.exceptions] == ["y"]


def test_an_unclosed_block_is_told_first():
    found = read("id: a\nkind: b\n\nProse: goes on: here\n", closed=False)
    assert [problem.code for problem in found.problems] == ["unclosed-fence", "yaml-syntax"]


def test_a_policy_keeps_its_mapping():
    block = read("approve: 2\n", "yaml policy").block
    assert isinstance(block, PolicyBlock)
    assert block.values == {"approve": 2}
    broken = read("approve: [\n", "yaml policy").block
    assert isinstance(broken, PolicyBlock)
    assert broken.broken


def test_hidden_marks_are_found_by_line():
    assert hidden_mark("x\n  ```yaml invariant\n") == 1
    assert hidden_mark("~~~ yml  policy") == 0
    assert hidden_mark("text ```yaml invariant") is None
    assert hidden_mark("```yaml\n") is None
