from uuid import UUID

import pytest

from sync.binding.plan import (
    SpecHead,
    changed_specs,
    cut,
    free_prefix,
    governing,
    speaks_of_agent,
    spec_path,
    specs_digest,
)

ONE, TWO = UUID(int=1), UUID(int=2)


def head(number, path, revision="r1"):
    return SpecHead(UUID(int=number), path, revision)


def test_the_last_commits_are_evaluated_and_older_ones_only_imported():
    line = cut([str(n) for n in range(35)], 30)
    assert (len(line.older), line.recent[0], line.recent[-1]) == (5, "5", "34")
    assert cut(["a"], 30).recent == ("a",)
    assert cut([]).recent == ()


def test_a_file_stands_relative_to_its_folder_below_the_prefix():
    assert spec_path(["docs/specs"], "", "docs/specs/pay/a.md") == "pay/a.md"
    assert spec_path(["docs/specs"], "shop", "docs/specs/a.md") == "shop/a.md"
    assert spec_path([""], "", "README.md") == "README.md"
    assert spec_path(["docs", "docs/specs"], "", "docs/specs/a.md") == "a.md"


def test_a_spec_of_a_repository_speaks_about_that_one_only():
    heads = [head(1, "a.md"), head(2, "b.md")]
    owners = {UUID(int=1): {ONE}}
    prefixes = {ONE: "", TWO: ""}
    assert [h.path for h in governing(heads, owners, prefixes, ONE)] == ["a.md", "b.md"]
    assert [h.path for h in governing(heads, owners, prefixes, TWO)] == ["b.md"]


def test_a_spec_written_here_speaks_about_the_nearest_binding():
    heads = [head(1, "shop/a.md"), head(2, "top.md")]
    prefixes = {ONE: "", TWO: "shop"}
    assert [h.path for h in governing(heads, {}, prefixes, ONE)] == ["top.md"]
    assert [h.path for h in governing(heads, {}, prefixes, TWO)] == ["shop/a.md"]
    assert governing(heads, {}, {TWO: "other"}, TWO) == ()


def test_the_digest_of_specs_depends_on_paths_and_revisions_not_on_order():
    a, b = head(1, "a.md"), head(2, "b.md")
    assert specs_digest([a, b]) == specs_digest([b, a])
    assert specs_digest([a]) != specs_digest([head(1, "a.md", "r2")])
    assert specs_digest([a]) != specs_digest([head(1, "c.md")])


def test_changed_specs_are_told_from_gone_ones():
    before = {str(UUID(int=1)): "r1", str(UUID(int=3)): "r1"}
    moved, gone = changed_specs(before, [head(1, "a.md", "r2"), head(2, "b.md")])
    assert moved == {UUID(int=1), UUID(int=2)}
    assert gone == {UUID(int=3)}


@pytest.mark.parametrize(
    ("author", "email", "message"),
    [
        ("dependabot[bot]", "x@example.com", "Bump"),
        ("Claude", "noreply@anthropic.com", "Fix"),
        ("Ada", "ada@example.com", "Fix\n\nCo-Authored-By: Claude <noreply@anthropic.com>"),
        ("Ada", "ada@example.com", "Fix\n\nCo-authored-by: Copilot <x@github.com>"),
        ("Ada", "ada@example.com", "Fix\n\nAgent: anything"),
    ],
)
def test_marks_of_agents(author, email, message):
    assert speaks_of_agent(author, email, message)


@pytest.mark.parametrize(
    "message", ["Fix the cursor", "Teach the agent registry to count", "Fix\n\nCo-authored-by: Bob <bob@example.com>"]
)
def test_people_who_write_about_agents_are_people(message):
    assert not speaks_of_agent("Ada", "ada@example.com", message)


def test_the_first_repository_takes_the_top_and_others_their_name():
    assert free_prefix(None, "shop", []) == ""
    assert free_prefix(None, "shop", [""]) == "shop"
    assert free_prefix("/x/", "shop", [""]) == "x"
