"""Series of checkpoints: what was written reads back, and any change of any byte shows."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.audit import Checkpoint
from specs.checkpoints import Link, Recorded, compare, complete, first_link, next_link, read_series, write_note
from specs.signing import Signer
from tests.factories import START

KEY, NEW, FORGER = (Signer("holdfast-audit", letter * 32) for letter in (b"k", b"n", b"f"))
CHAIN = UUID(int=7)


def made(count: int, signer: Signer = KEY, series: int = 1) -> tuple[str, list[Link]]:
    links: list[Link] = []
    text = ""
    for n in range(1, count + 1):
        end = Checkpoint(CHAIN, n * 10, f"{n:064x}")
        link = next_link(links[-1], end, START) if links else first_link(UUID(int=series), end, START)
        note, signed = write_note(link, signer)
        links.append(signed)
        text += note
    return text, links


def test_what_was_written_reads_back() -> None:
    text, links = made(3)
    series = read_series(text, [KEY.verifier])
    assert series.faults == ()
    assert list(series.links) == links
    assert [one.n for one in series.checkpoints()] == [10, 20, 30]
    assert complete(text) == text


TEXT, LINKS = made(4)


@given(st.integers(0, len(TEXT) - 1), st.integers(0, 6))
def test_any_bit_shows(at: int, bit: int) -> None:
    other = TEXT[:at] + chr(ord(TEXT[at]) ^ (1 << bit)) + TEXT[at + 1 :]
    assert read_series(other, [KEY.verifier]).faults


@given(st.integers(0, len(TEXT) - 1))
def test_any_cut_shows_where_all_must_be_there(at: int) -> None:
    series = read_series(TEXT[:at], [KEY.verifier])
    recorded = [Recorded(one.series, one.number, CHAIN, one.checkpoint.n, one.digest) for one in LINKS]
    assert series.faults or compare(series, recorded, whole=True)
    assert TEXT.startswith(complete(TEXT[:at]))


def notes() -> list[str]:
    parts = TEXT.split("\n\n")
    return [f"{parts[at]}\n\n{parts[at + 1]}\n\n" for at in range(0, len(parts) - 1, 2)]


def test_notes_moved_lost_and_replayed_show() -> None:
    one, two, three, four = notes()
    for parts in ((two, three, four), (one, three, four), (two, one, three, four), (one, two, three, four, four)):
        assert read_series("".join(parts), [KEY.verifier]).faults
    assert read_series(TEXT + made(4, series=2)[0], [KEY.verifier]).faults


def test_other_keys_are_rejected_and_mixed_ones_too() -> None:
    forged, _ = made(4, FORGER)
    assert read_series(forged, [KEY.verifier]).faults
    assert read_series(TEXT, []).faults
    tail, _ = write_note(next_link(LINKS[-1], Checkpoint(CHAIN, 50, "5" * 64), START), FORGER)
    (fault,) = read_series(TEXT + tail, [KEY.verifier]).faults
    assert (fault.n, fault.message) == (5, "no trusted key signed it, nor any after it")


def test_a_forger_cannot_hand_on_to_himself() -> None:
    link = replace(next_link(LINKS[-1], LINKS[-1].checkpoint, START), key=FORGER.verifier)
    handed, taken = write_note(link, FORGER)
    more, _ = write_note(next_link(taken, Checkpoint(CHAIN, 50, "5" * 64), START), FORGER)
    assert read_series(TEXT + handed + more, [KEY.verifier]).faults


def test_either_key_verifies_what_was_handed_on() -> None:
    link = replace(next_link(LINKS[-1], LINKS[-1].checkpoint, START), key=NEW.verifier)
    handed, taken = write_note(link, KEY, NEW)
    more, _ = write_note(next_link(taken, Checkpoint(CHAIN, 50, "5" * 64), START), NEW)
    for trusted in ([KEY.verifier], [NEW.verifier]):
        assert read_series(TEXT + handed + more, trusted).faults == ()
    assert read_series(TEXT + handed + more, [FORGER.verifier]).faults


@pytest.mark.parametrize("change", [{"n": 9}, {"digest": "0" * 64}, {"chain": UUID(int=8)}])
def test_what_the_database_remembers_otherwise_shows(change: dict[str, object]) -> None:
    series = read_series(TEXT, [KEY.verifier])
    recorded = [Recorded(one.series, one.number, CHAIN, one.checkpoint.n, one.digest) for one in LINKS]
    assert compare(series, recorded, whole=True) == ()
    assert compare(series, recorded[:-1], whole=True) == ()
    assert compare(series, recorded[1:], whole=True)
    assert compare(series, [*recorded[:2], replace(recorded[2], **change), recorded[3]], whole=False)  # type: ignore[arg-type]


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    series = read_series(text, [KEY.verifier])
    assert series.links == ()
    assert bool(series.faults) == bool(text)
