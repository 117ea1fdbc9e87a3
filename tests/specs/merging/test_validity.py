"""Two texts of a spec that are valid make a valid one together, or are asked about."""

from hypothesis import given
from hypothesis import strategies as st

from specs.merging import Reason, merge
from specs.parser import parse

INVARIANT = "```yaml invariant\nid: {id}\nkind: exists\nfile: {id}.py\n```\n\n"
BLOCKS = st.one_of(
    st.builds(INVARIANT.format, id=st.sampled_from(["pay", "refund", "ledger"])),
    st.builds("## Part {}\n\n".format, st.sampled_from(["{#one}", "{#two}", "three", "four"])),
    st.builds("Money goes {}.\n\n".format, st.sampled_from(["both ways", "out", "in"])),
    st.builds("| a | {0} |\n| - | - |\n| 1 | {0} |\n\n".format, st.sampled_from("bcd")),
)
HEADS = st.lists(
    st.sampled_from(["title: Pay", "status: draft", "owners: [bank]", "owners: [desk]", "covers: [src]"]),
    min_size=1,
    max_size=4,
)
SPECS = st.builds(
    lambda head, blocks: "---\n{}\n---\n# Pay\n\n{}".format("\n".join(head), "".join(blocks)),
    HEADS,
    st.lists(BLOCKS, max_size=6),
)


def errors(text: str) -> list[str]:
    return [problem.message for problem in parse(text).problems if problem.severity == "error"]


@given(SPECS, SPECS, SPECS)
def test_what_is_valid_apart_is_valid_together_or_asked_about(base: str, ours: str, theirs: str) -> None:
    found, mirrored = merge(base, ours, theirs), merge(base, theirs, ours)
    assert found.text == mirrored.text
    assert [each.note for each in found.conflicts] == [each.note for each in mirrored.conflicts]
    if found.text is not None and not errors(ours) and not errors(theirs):
        assert not errors(found.text)
    for conflict in found.conflicts:
        assert not conflict.note or conflict.reason is Reason.STRUCTURE


def test_what_was_wrong_before_is_nobodys_question() -> None:
    twice = "# Pay\n\n" + INVARIANT.format(id="pay") * 2 + "Money goes out.\n\nThe end of it.\n"
    ours, theirs = twice.replace("goes out", "goes in"), twice.replace("The end", "An end")
    assert merge(twice, ours, theirs).text == ours.replace("The end", "An end")
