"""Specs as rows of a list: what is open is called what it is, and the overview agrees."""

from uuid import UUID

import pytest

from app.web.render import render
from app.web.shaping.listing import row_of
from app.web.views.drift import Overview
from app.web.views.specs import SpecList
from drift.lives.records import Badge
from specs.library import Spec, SpecStatus, SpecText
from tests.app.web.sample_basics import ANA, NOW, revision
from tests.app.web.samples import PAGES

RULES = "".join(f"```yaml invariant\nid: {name}\nkind: acyclic\nwithin: [shop]\n```\n\n" for name in ("one", "two"))


def listed(badge: Badge, text: str = f"# Pay\n\n{RULES}") -> str:
    """The verdict of a spec, as the list shows it: its mark and its words."""
    made = revision(1, ANA, "Begin")
    spec = Spec(UUID(int=1), UUID(int=2), "pay.md", "Pay", SpecStatus.ACTIVE, made.digest, NOW, NOW)
    row = row_of(SpecText(spec, made, text), badge)
    template, frame, _ = PAGES["specs"]
    cell = render(template, frame, SpecList((row,))).split("<td>")[1].split("</td>")[0]
    mark, word = cell.split('class="mark ')[1].split('"')[0], cell.rsplit("<span>", 1)[1].split("<")[0]
    return f"{mark}: {word}"


@pytest.mark.parametrize(
    ("badge", "said"),
    [
        (Badge(kept=2), "kept: kept"),
        (Badge(kept=2, open=1, errors=1), "drift: 1 error"),
        (Badge(kept=2, open=3, errors=2), "drift: 2 errors"),
        (Badge(kept=2, open=2), "warn: 2 warnings"),
        (Badge(kept=2, open=1, info=1), "kept: kept"),
        (Badge(kept=1, broken=1, open=1, errors=1), "drift: 1 of 2 broken"),
        (Badge(kept=1, broken=1, open=1), "warn: 1 of 2 broken"),
        (Badge(kept=1, broken=1, open=1, info=1), "none: only told"),
        (Badge(kept=1, unmatched=1, open=1, errors=1), "drift: 1 of 2 matches nothing"),
        (Badge(kept=1, waived=1), "waived: waived"),
    ],
)
def test_what_is_open_is_called_what_it_is(badge: Badge, said: str) -> None:
    assert listed(badge) == said


def test_a_spec_without_invariants_says_so_unless_something_is_open() -> None:
    assert listed(Badge(), "# Pay\n") == "none: no invariants"
    assert listed(Badge(open=1, errors=1), "# Pay\n") == "drift: 1 error"


def test_the_overview_says_of_an_error_beside_the_invariants_that_it_is_open() -> None:
    template, frame, _ = PAGES["overview"]
    repositories = PAGES["overview"][2].repositories

    def said(**more: int) -> str:
        page = Overview(4, 0, more.pop("unmatched", 0), 0, 0, 1, repositories=repositories, **more)
        return render(template, frame, page).split('class="verdict"')[1].split("</p>", 1)[0]

    assert "1 error</span> is open, though no invariant is broken." in said(errors=1)
    assert "All 4 invariants</span> hold." in said()
    assert "3 of 4 invariants</span> hold. 1 matches no code." in said(unmatched=1)
