"""Packs: what is kept comes back, and what is damaged does not."""

import fcntl
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.cache.packs import FEW, Pack, find_entry, only_writer, packed, read_table

BLOBS = [f"{number:040x}" for number in range(50)]
MUCH = 10_000_000


def filled(path: Path) -> Pack:
    pack = Pack(path)
    for blob in BLOBS:
        pack.add(blob, blob.encode() * 3)
    pack.save(MUCH)
    return pack


def test_what_is_added_comes_back(tmp_path):
    filled(tmp_path / "a.pack")
    again = Pack(tmp_path / "a.pack")
    assert all(again.get(blob) == blob.encode() * 3 for blob in BLOBS)
    assert again.get("f" * 40) is None
    assert again.get("f" * 64) is None
    assert len(again) == len(BLOBS)


def test_a_little_more_goes_into_the_log_and_is_read_with_the_pack(tmp_path):
    filled(tmp_path / "a.pack")
    before = (tmp_path / "a.pack").stat().st_mtime_ns
    for number in range(3):
        pack = Pack(tmp_path / "a.pack")
        pack.add(f"{number:040d}", b"new")
        pack.save(MUCH)
    assert (tmp_path / "a.pack").stat().st_mtime_ns == before
    again = Pack(tmp_path / "a.pack")
    assert [again.get(f"{number:040d}") for number in range(3)] == [b"new"] * 3
    assert again.get(BLOBS[7])


def test_much_more_makes_a_new_pack_and_ends_the_log(tmp_path):
    filled(tmp_path / "a.pack")
    pack = Pack(tmp_path / "a.pack")
    pack.add("a" * 40, b"log")
    pack.save(MUCH)
    pack.add("b" * 40, b"x" * 2_000_000)
    pack.save(MUCH)
    assert not (tmp_path / "a.log").exists()
    again = Pack(tmp_path / "a.pack")
    assert again.get("a" * 40) == b"log"
    assert len(again.get("b" * 40) or b"") == 2_000_000
    assert again.get(BLOBS[0])


def test_a_full_pack_keeps_what_was_used_last(tmp_path):
    filled(tmp_path / "a.pack")
    pack = Pack(tmp_path / "a.pack")
    assert pack.get(BLOBS[5])
    pack.add("c" * 40, b"y" * 1_500_000)
    pack.save(1_500_000 + 3 * 40 * 10)
    again = Pack(tmp_path / "a.pack")
    assert again.get(BLOBS[5])
    assert again.get("c" * 40)
    assert len(again) == 11


@pytest.mark.parametrize("damage", [b"", b"x", b"holdfast pack 1\n", b"holdfast pack 1\n\xff\xff\xff\xff", b"\0" * 999])
def test_a_file_that_is_no_pack_is_empty(tmp_path, damage):
    (tmp_path / "a.pack").write_bytes(damage)
    (tmp_path / "a.log").write_bytes(damage)
    assert Pack(tmp_path / "a.pack").get(BLOBS[0]) is None


def test_any_flipped_byte_is_a_miss_or_nothing(tmp_path):
    filled(tmp_path / "a.pack")
    data = (tmp_path / "a.pack").read_bytes()
    for place in range(0, len(data), 61):
        damaged = bytearray(data)
        damaged[place] ^= 0xFF
        (tmp_path / "a.pack").write_bytes(bytes(damaged))
        pack = Pack(tmp_path / "a.pack")
        assert {pack.get(blob) for blob in BLOBS} <= {blob.encode() * 3 for blob in BLOBS} | {None}


def test_a_torn_log_loses_its_tail_and_is_mended(tmp_path):
    filled(tmp_path / "a.pack")
    for name in ("a", "b"):
        pack = Pack(tmp_path / "a.pack")
        pack.add(name * 40, b"new")
        pack.save(MUCH)
    log = tmp_path / "a.log"
    log.write_bytes(log.read_bytes()[:-1])
    pack = Pack(tmp_path / "a.pack")
    assert (pack.get("a" * 40), pack.get("b" * 40)) == (b"new", None)
    pack.add("d" * 40, b"later")
    pack.save(MUCH)
    assert Pack(tmp_path / "a.pack").get("d" * 40) == b"later"


def test_links_and_pipes_are_neither_read_nor_written_through(tmp_path):
    target = tmp_path / "precious"
    target.write_text("mine")
    (tmp_path / "a.pack").symlink_to(target)
    os.mkfifo(tmp_path / "b.pack")
    for name in ("a", "b"):
        pack = Pack(tmp_path / f"{name}.pack")
        assert pack.get(BLOBS[0]) is None
        pack.add(BLOBS[0], b"x")
        pack.save(MUCH)
        assert Pack(tmp_path / f"{name}.pack").get(BLOBS[0]) == b"x"
    assert target.read_text() == "mine"


def test_one_writer_at_a_time(tmp_path):
    with only_writer(tmp_path) as mine:
        assert mine
        handle = os.open(tmp_path / "lock", os.O_RDWR)
        with pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(handle)
        with only_writer(tmp_path) as other:
            assert not other
    with only_writer(tmp_path) as again:
        assert again


@given(st.lists(st.binary(min_size=32, max_size=32) | st.sampled_from([b"a" * 32, b"a" * 31 + b"b"]), max_size=9))
def test_one_entry_is_found_as_in_the_whole_table(keys):
    data = b"".join(packed([(key, key * 2) for key in keys]))
    for cut in (data, data[:-1], data[:70], b""):
        for key in (*keys, b"a" * 32, b"z" * 32, b"\0" * 32):
            assert find_entry(cut, key) == read_table(cut).get(key)


def test_many_are_found_as_few_are_and_damage_is_remembered(tmp_path):
    place = filled(tmp_path / "a.pack").path
    data = bytearray(place.read_bytes())
    data[-1] ^= 1
    place.write_bytes(bytes(data))
    pack = Pack(place)
    lost = [blob for blob in BLOBS if pack.get(blob) is None]
    assert len(lost) == 1
    for _ in range(FEW):
        assert [blob for blob in BLOBS if pack.get(blob) is None] == lost
    assert not pack.has(lost[0])
    assert len(pack) == len(BLOBS) - 1
