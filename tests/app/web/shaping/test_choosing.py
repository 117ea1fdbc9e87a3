"""The address of a list of findings: read, refused, counted and written again."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.web.shaping.choosing import NOBODY, Known, Sorts, chips_of, chosen_of, filters_of, free_of, wanted_of
from drift.lives.life import LifeState
from drift.lives.wanted import CAME, Tally
from specs.errors import UserError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
A, B, SHOP = UUID(int=1), UUID(int=2), UUID(int=9)
KNOWN = Known({"a.md": A, "b.md": B}, {"a.md": "Ays", "b.md": ""}, {"a.md": ("ann", "bob")}, {"shop": SHOP}, NOW)
TALLIES = (
    Tally(SHOP, LifeState.OPEN, "error", "layers", A, "up", 3),
    Tally(SHOP, LifeState.OPEN, "warning", "mentions", B, "words", 2),
    Tally(SHOP, LifeState.RESOLVED, "error", "layers", A, "up", 5),
    Tally(SHOP, LifeState.OPEN, "warning", "unparsed", None, "", 1),
)
SORTS = Sorts(TALLIES, KNOWN)


def counts(name: str, **query: str) -> dict[str, int]:
    [found] = [one for one in filters_of(chosen_of(query, KNOWN), SORTS) if one.name == name]
    return {choice.value: choice.count for choice in found.choices}


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ({"state": "opne"}, "Did you mean `open`?"),
        ({"spec": "c.md"}, "Did you mean"),
        ({"owner": "zoe"}, "There are: -, ann, bob."),
        ({"repository": "web"}, "There are: shop."),
        ({"what": "new"}, "Add `week=`"),
        ({"week": "2026-10-05"}, "Add `what=`"),
        ({"what": "new", "week": "soon"}, "2026-10-05"),
        ({"what": "new", "week": "9999-12-31"}, "2026-10-05"),
        ({"what": "new", "days": "0"}, "from 1 to"),
        ({"what": "new", "days": "99999"}, "from 1 to"),
        ({"what": "new", "days": "1e3"}, "from 1 to"),
        ({"q": "x" * 501}, "at most 500"),
        ({"path": "a\0b"}, "at most 500"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_hint(query: dict[str, str], hint: str) -> None:
    with pytest.raises(UserError) as refused:
        chosen_of(query, KNOWN)
    assert hint in refused.value.hint


@example({"path": "/ src"})
@example({"what": "open", "week": "9999-12-27"})
@given(
    st.dictionaries(st.sampled_from(["state", "spec", "week", "days", "what", "age", "q", "path", "kind"]), st.text())
)
def test_any_address_is_read_or_refused(query: dict[str, str]) -> None:
    with suppress(UserError):
        chosen = chosen_of(query, KNOWN)
        wanted_of(chosen, KNOWN)
        filters_of(chosen, SORTS)
        chips_of(chosen)
        assert chosen_of(dict(parse_qsl(chosen.query())), KNOWN) == chosen


def test_each_choice_says_what_it_would_show_with_the_others_as_they_are() -> None:
    assert counts("state") == {"open": 6, "resolved": 5, "waived": 0, "all": 11}
    assert counts("severity") == {"": 6, "error": 3, "warning": 3, "info": 0}
    assert counts("severity", state="all") == {"": 11, "error": 8, "warning": 3, "info": 0}
    assert counts("owner") == {"": 6, "ann": 3, "bob": 3, NOBODY: 3}
    assert counts("kind", severity="error") == {"": 3, "layers": 3, "mentions": 0, "unparsed": 0}
    assert SORTS.total(chosen_of({"owner": "ann"}, KNOWN)) == 3


def test_the_address_is_written_without_what_is_not_chosen() -> None:
    chosen = chosen_of({"state": "", "severity": "error", "q": " a b ", "what": "new", "days": "7", "zzz": "1"}, KNOWN)
    assert chosen.query() == "severity=error&what=new&days=7&q=a+b"
    assert chosen.query(cursor="12") == "severity=error&what=new&days=7&q=a+b&cursor=12"
    [chip] = chips_of(chosen)
    assert (chip.words, chip.without) == ("came or came back in the last 7 days", "severity=error&q=a+b")


def test_what_happened_in_a_span_is_asked_of_every_state() -> None:
    week = wanted_of(chosen_of({"what": "new", "week": "2026-11-02"}, KNOWN), KNOWN)
    assert (week.state, week.happened) == (None, CAME)
    assert (week.since, week.until) == (datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 9, tzinfo=UTC))
    then = free_of(chosen_of({"what": "open", "week": "2026-11-02"}, KNOWN), KNOWN)
    assert then.open_at == datetime(2026, 11, 9, tzinfo=UTC)
    old = wanted_of(chosen_of({"age": "oldest"}, KNOWN), KNOWN)
    assert (old.state, old.opened_before) == (LifeState.OPEN, NOW - timedelta(days=90))


def test_an_owner_stands_for_specs_and_nobody_for_the_rest() -> None:
    assert wanted_of(chosen_of({"owner": "bob"}, KNOWN), KNOWN).specs == {A}
    nobody = wanted_of(chosen_of({"owner": NOBODY}, KNOWN), KNOWN)
    assert (nobody.specs, nobody.unbound) == ({B}, True)
