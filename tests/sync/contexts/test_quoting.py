"""Nothing that others wrote reaches an agent but as a quotation, and what tries to be more is named."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.hygiene.characters import hidden
from specs.hygiene.lures import lures
from sync.contexts.bundle import pack
from sync.contexts.context import Passage, PassageKind
from sync.contexts.quoting import quoted, word
from tests.sync.contexts.payloads import HONEST, PAYLOADS, SAY, UNSEEN, VISIBLE

MARK = "8e0b1d52c9f7a346"
LINE = re.compile(rf"\[{MARK} [^\[\]<>`\"\n]*\]")


def payload(name: str) -> str:
    return PAYLOADS[name].replace("{mark}", MARK).replace("{first}", MARK[:9]).replace("{second}", MARK[9:])


def passage(text: str, **names: str) -> Passage:
    told = {"spec": "a.md", "anchor": "cache", "heading": "Cache", "author": "Ann", "why": "words", **names}
    return Passage(
        kind=PassageKind.SECTION,
        text=text,
        revision="0" * 64,
        author_kind="human",
        provenance="explicit",
        score=1.0,
        **told,
    )


def outside(text: str) -> str:
    """Give what stands outside of quotations, and see to it that each begins and ends with a line of ours."""
    kept: list[str] = []
    within = False
    for line in text.split("\n")[1:]:
        if MARK in line:
            assert LINE.fullmatch(line), line
            within = not line.startswith(f"[{MARK} end")
        elif not within:
            kept.append(line)
    assert not within
    return "".join(kept).strip()


def test_there_are_enough_payloads() -> None:
    assert len(PAYLOADS) >= 80


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_stays_inside_its_quotation(name: str) -> None:
    bundle = pack([passage(payload(name)), passage("Entries expire.")], 2000, MARK)
    assert outside(bundle.text) == ""
    assert SAY in bundle.text or name in UNSEEN
    assert not hidden(bundle.text)


@pytest.mark.parametrize("name", VISIBLE)
def test_a_payload_is_named_where_it_is_quoted(name: str) -> None:
    bundle = pack([passage(payload(name))], 2000, MARK)
    (served,) = bundle.served
    assert served.lures
    opening = next(line for line in bundle.text.split("\n") if line.startswith(f"[{MARK} section"))
    assert f"caution: holds {', '.join(served.lures)}" in opening


@pytest.mark.parametrize("name", UNSEEN)
def test_what_cannot_be_seen_is_taken_out_and_counted(name: str) -> None:
    assert pack([passage(payload(name))], 2000, MARK).hidden


@pytest.mark.parametrize("name", PAYLOADS)
@pytest.mark.parametrize("field", ["spec", "anchor", "author", "why", "heading"])
def test_a_payload_in_a_name_breaks_no_line_of_ours(name: str, field: str) -> None:
    bundle = pack([passage("Entries expire.", **{field: payload(name)})], 4000, MARK)
    assert outside(bundle.text) == ""
    assert not hidden(bundle.text)
    left = pack([passage("x" * 9000, **{field: payload(name)})], 500, MARK)
    assert outside(left.text) == ""


@pytest.mark.parametrize("name", HONEST)
def test_honest_text_is_quoted_as_it_is_and_without_a_caution(name: str) -> None:
    bundle = pack([passage(HONEST[name])], 2000, MARK)
    assert HONEST[name].strip() in bundle.text
    assert (bundle.hidden, bundle.served[0].lures) == (0, ())


@given(st.text(max_size=400), st.text(max_size=80))
def test_any_text_is_quoted_between_two_lines(text: str, name: str) -> None:
    made = quoted(MARK, ["section", name], text)
    assert made.count(f"[{MARK} ") == 2
    assert made.startswith(f"[{MARK} section")
    assert made.endswith(f"\n[{MARK} end]\n")
    assert LINE.fullmatch(made.split("\n", 1)[0])


@given(st.text(alphabet="aAb0+/= \n`~:<>[]|-\\x%", max_size=3000))
def test_lures_of_any_text_are_found_without_an_error(text: str) -> None:
    assert len(lures(text)) <= 9


def test_a_long_name_is_cut() -> None:
    assert len(word("x" * 1000)) < 300
