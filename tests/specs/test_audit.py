"""The chain of the audit log: every edit, deletion, swap and cut is found, and an untouched log has no fault."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from specs.audit import GENESIS, MAX_DETAIL, Act, Checkpoint, Entry, Verification, entry, storable

CHAIN = UUID(int=5)
WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DETAILS = st.dictionaries(
    st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=5), max_size=3
)
ACTS = st.builds(
    Act,
    at=st.integers(0, 10**9).map(lambda seconds: WHEN + timedelta(microseconds=seconds)),
    actor=st.uuids(),
    actor_kind=st.sampled_from(["human", "agent"]),
    action=st.text(max_size=5),
    subject=st.text(max_size=5),
    details=DETAILS,
    task=st.none() | st.uuids(),
)


def chain(acts: list[Act]) -> list[Entry]:
    made: list[Entry] = []
    for n, act in enumerate(acts, 1):
        made.append(entry(CHAIN, n, act, made[-1].digest if made else GENESIS))
    return made


def end(entries: list[Entry]) -> Checkpoint:
    return Checkpoint(CHAIN, entries[-1].n, entries[-1].digest) if entries else Checkpoint(CHAIN, 0, GENESIS)


def faults(entries: list[Entry], recorded: Checkpoint, checkpoint: Checkpoint | None = None) -> int:
    verification = Verification(CHAIN, () if checkpoint is None else (checkpoint,))
    verification.follow(entries)
    return len(verification.finish(recorded))


@given(st.lists(ACTS, max_size=6))
def test_an_untouched_log_holds(acts: list[Act]) -> None:
    entries = chain(acts)
    assert faults(entries, end(entries)) == 0
    for kept in entries:
        assert faults(entries, end(entries), Checkpoint(CHAIN, kept.n, kept.digest)) == 0


@given(st.lists(ACTS, min_size=1, max_size=6), st.data())
def test_an_edit_is_found(acts: list[Act], data: st.DataObject) -> None:
    entries = chain(acts)
    index = data.draw(st.integers(0, len(acts) - 1))
    other = data.draw(ACTS)
    if other == acts[index]:
        return
    edited = [*entries]
    edited[index] = replace(edited[index], act=other)
    assert faults(edited, end(entries))


@given(st.lists(ACTS, min_size=1, max_size=6), st.data())
def test_a_deletion_is_found(acts: list[Act], data: st.DataObject) -> None:
    entries = chain(acts)
    index = data.draw(st.integers(0, len(acts) - 1))
    assert faults(entries[:index] + entries[index + 1 :], end(entries))


@given(st.lists(ACTS, min_size=2, max_size=6), st.data())
def test_a_swap_is_found(acts: list[Act], data: st.DataObject) -> None:
    entries = chain(acts)
    one, two = data.draw(st.lists(st.integers(0, len(acts) - 1), min_size=2, max_size=2, unique=True))
    swapped = [*entries]
    swapped[one] = replace(entries[two], n=entries[one].n)
    swapped[two] = replace(entries[one], n=entries[two].n)
    assert faults(swapped, end(entries))


@given(st.lists(ACTS, min_size=1, max_size=6), st.data())
def test_a_log_cut_or_rewritten_with_its_end_is_found_by_a_checkpoint(acts: list[Act], data: st.DataObject) -> None:
    entries = chain(acts)
    checkpoint = end(entries)
    length = data.draw(st.integers(0, len(acts) - 1))
    cut = entries[:length]
    assert faults(cut, end(cut)) == 0, "without a checkpoint such a cut looks whole"
    assert faults(cut, end(cut), checkpoint)
    forged = chain([replace(acts[0], action=acts[0].action + "x"), *acts[1:]])
    assert faults(forged, end(forged)) == 0
    assert faults(forged, end(forged), checkpoint)


def test_a_lost_end_is_found() -> None:
    entries = chain([Act(WHEN, CHAIN, "human", "a", "s", {})])
    verification = Verification(CHAIN)
    verification.follow(entries)
    assert [fault.n for fault in verification.finish(None)] == [1]


def test_times_in_another_zone_are_the_same_time() -> None:
    there = WHEN.astimezone(timezone(timedelta(hours=9)))
    one, two = (entry(CHAIN, 1, Act(at, CHAIN, "human", "a", "s", {}), GENESIS) for at in (WHEN, there))
    assert one.digest == two.digest


@given(st.text(max_size=20) | st.text(min_size=MAX_DETAIL, max_size=MAX_DETAIL + 5))
def test_what_is_recorded_can_be_stored(value: str) -> None:
    kept = storable(value + "\0\udc80")
    kept.encode("utf-8")
    assert "\0" not in kept
    assert len(kept) <= MAX_DETAIL


def as_ever(act: Act) -> str:
    """The digest as every entry without a policy has had it from the first version on."""
    record = {
        "action": act.action,
        "actor": str(act.actor),
        "actor_kind": act.actor_kind,
        "at": act.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "chain": str(CHAIN),
        "credential": act.credential and str(act.credential),
        "details": dict(act.details),
        "n": 7,
        "on_behalf_of": act.on_behalf_of and str(act.on_behalf_of),
        "previous": "f" * 64,
        "subject": act.subject,
        "task": act.task and str(act.task),
        "version": 1,
    }
    return hashlib.sha256(json.dumps(record, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@given(ACTS)
def test_entries_without_a_policy_keep_their_digests(act: Act) -> None:
    assert entry(CHAIN, 7, act, "f" * 64).digest == as_ever(act)


@given(ACTS, st.text(max_size=5), st.none() | st.text(max_size=5))
def test_the_digest_covers_the_policy(act: Act, policy: str, other: str | None) -> None:
    one, two = (entry(CHAIN, 1, replace(act, policy=name), GENESIS).digest for name in (policy, other))
    assert (one == two) == (policy == other)
