"""A check tells what specs hide and which of their links lead nowhere, and what became of where they led."""

from datetime import date

import pytest

from drift.findings import Finding
from sync.checking.local import CheckOptions, run_check
from tests.repositories import Repo

A, B = "docs/specs/a.md", "docs/specs/b.md"
OPTIONS = CheckOptions(date(2026, 6, 1))


def told(repo: Repo, **options: object) -> list[Finding]:
    return [one for one in run_check(repo.root, CheckOptions(OPTIONS.today, **options)).findings if one.kind == "spec"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "[b](b.md) [b](./b.md#errors) [top](../../README.md#anything) [self](#a) [web](https://x.y) [code](x.py)",
        "`[no](none.md)` and [out](../../../other/x.md) and [in](../linked/x.md)",
        "```\n[no](none.md)\n```\n",
    ],
)
def test_links_that_lead_somewhere_are_no_problem(repo: Repo, text: str) -> None:
    repo.write({A: f"# A\n\n{text}\n", B: "# B\n## Errors\n", "README.md": "# R\n"})
    (repo.root / "docs/linked").symlink_to("../elsewhere")
    repo.commit()
    assert told(repo) == []


def test_a_link_to_nowhere_is_a_warning_at_its_line(repo: Repo) -> None:
    repo.commit({A: "# A\n\n[x](none.md) [y](b.md#gone)\n\n[x again](none.md)\n", B: "# B\n", "old/gone.md": "# G\n"})
    found = told(repo)
    assert [(one.severity, one.spec.line) for one in found] == [("warning", 3), ("warning", 3)]
    assert "#gone" in found[0].message
    assert "docs/specs/none.md" in found[1].message
    assert run_check(repo.root, OPTIONS).verdict == "kept"


def test_a_link_to_a_spec_that_was_renamed_says_where_it_is(repo: Repo) -> None:
    body = "".join(f"Line {number} of the spec.\n" for number in range(20))
    repo.commit({A: "# A\n\n[b](b.md)\n", B: f"# B\n{body}"})
    assert told(repo) == []
    repo.git("mv", B, "docs/specs/money.md")
    repo.commit({"docs/specs/money.md": f"# Money\n{body}"})
    (found,) = told(repo)
    assert found.message == f"A link leads to {B}, which is docs/specs/money.md now."
    assert found.fix == "Link to docs/specs/money.md."


def test_a_link_to_what_was_removed_names_the_commit_and_a_namesake(repo: Repo) -> None:
    repo.commit({A: "# A\n\n[b](b.md)\n", B: "# B\nOne.\n"})
    (repo.root / B).unlink()
    gone = repo.commit({"docs/specs/deep/b.md": "# Something else entirely\n\n- of\n- its own\n- making\n"})
    (found,) = told(repo)
    assert gone[:7] in found.fix
    assert "docs/specs/deep/b.md" in found.fix


def test_hidden_characters_break_a_check_only_where_nobody_could_mean_them(repo: Repo) -> None:
    repo.commit({A: "# A\n\nzero\u200bwidth\n"})
    assert [one.severity for one in told(repo)] == ["warning"]
    repo.commit({A: "# A\n\nzero\u200bwidth a\u202eb\n"})
    report = run_check(repo.root, OPTIONS)
    assert report.verdict == "broken"
    assert run_check(repo.root, CheckOptions(OPTIONS.today, base="HEAD")).verdict == "kept"


def test_what_is_told_is_the_same_from_the_cache_and_for_drafts_a_warning(repo: Repo) -> None:
    repo.commit({A: "---\nstatus: draft\n---\n# A\n\na\u202eb [x](none.md)\n", "x.py": "a = 1\n"})
    first = told(repo)
    repo.commit({"x.py": "b = 2\n"})
    assert told(repo) == first == told(repo, cached=False)
    assert {one.severity for one in first} == {"warning"}
    repo.commit({A: "---\nstatus: retired\n---\n# A\n\na\u202eb [x](none.md)\n"})
    assert told(repo) == []


def test_a_flood_of_broken_links_is_bounded(repo: Repo) -> None:
    repo.commit({A: "# A\n\n" + "".join(f"[x](none{number}.md)\n" for number in range(100))})
    found = told(repo)
    assert len(found) == 21
    assert found[-1].message == "More such places are in this text."
