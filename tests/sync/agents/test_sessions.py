"""What sessions have been told."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sync.agents import sessions
from sync.agents.sessions import Sessions, State

NOW = 1_800_000_000.0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_what_is_noted_is_there_the_next_time(home):
    with Sessions(home, NOW).of("s", "") as state:
        state.told.append("ab")
        state.task, state.before = "refunds", []
    with Sessions(home, NOW).of("s", "") as state:
        assert state == State(told=["ab"], task="refunds", before=[])
        state.forget()
        assert state.told == []
    with Sessions(home, NOW).of("s", "agent") as state:
        assert state == State()


def test_nobody_else_may_read_it(home):
    with Sessions(home, NOW).of("s") as state:
        state.told.append("ab")
    places = [home, *home.rglob("*")]
    assert {stat.S_IMODE(place.stat().st_mode) for place in places} == {0o700, 0o600}


def test_an_error_keeps_what_was(home):
    def fail() -> None:
        with Sessions(home, NOW).of("s") as state:
            state.told.append("ab")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with Sessions(home, NOW).of("s") as state:
        assert state == State()


def test_many_at_once_lose_nothing(home):
    def note(at: int) -> None:
        with Sessions(home, NOW).of("s") as state:
            state.told.append(str(at))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, range(60)))
    with Sessions(home, NOW).of("s") as state:
        assert sorted(map(int, state.told)) == list(range(60))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"told": 3}', b"\xff"])
def test_what_is_damaged_is_as_if_nothing_was_told(home, data):
    with Sessions(home, NOW).of("s") as state:
        state.told.append("ab")
    (place,) = home.rglob("*.json")
    place.write_bytes(data)
    with Sessions(home, NOW).of("s") as state:
        assert state == State()


def test_without_a_name_or_a_place_nothing_is_kept(home):
    with Sessions(home, NOW).of("") as state:
        state.told.append("ab")
    assert not home.exists()
    home.write_text("a file")
    with Sessions(home, NOW).of("s") as state:
        assert state == State()


def test_old_and_too_many_sessions_go(home, monkeypatch):
    for at in range(5):
        with Sessions(home, NOW).of(f"s{at}") as state:
            state.told.append("ab")
    monkeypatch.setattr(sessions, "MOST_SESSIONS", 2)
    newest = max(place.stat().st_mtime for place in home.rglob("*.json"))
    Sessions(home, newest).tidy()
    assert len(list(home.rglob("*"))) == 1 + 4
    Sessions(home, newest + sessions.SECONDS_KEPT + 1).tidy()
    assert not list(home.rglob("*.json"))


def test_what_is_kept_stays_small(home, monkeypatch):
    monkeypatch.setattr(sessions, "MOST_TOLD", 3)
    with Sessions(home, NOW).of("s") as state:
        state.told += list("abcdef")
    with Sessions(home, NOW).of("s") as state:
        assert state.told == list("def")
