"""Bundles that are kept for when a server is away."""

import json
import stat
from pathlib import Path

import pytest

from sync.contexts import kept
from sync.contexts.kept import KeptBundles, Source
from sync.contexts.wanted import Wanted

NOW = 1_800_000_000.0
SHOP = Source("https://specs.example.org", "shop", "/home/ada/shop")
REFUNDS = Wanted("refunds", ("src/a.py",), 2000)
ANSWER = {"id": "1", "markdown": "the intent", "passages": []}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "holdfast"


def test_an_answer_is_found_by_the_same_question_alone(home):
    KeptBundles(home, NOW).keep(SHOP, REFUNDS, ANSWER)
    later = KeptBundles(home, NOW + 90)
    found = later.same(SHOP, REFUNDS)
    assert found is not None
    assert (found.at, found.wanted, found.answer) == (NOW, REFUNDS, ANSWER)
    assert later.same(SHOP, Wanted("else", (), 2000)) is None
    assert later.same(Source(SHOP.server, "other", SHOP.root), REFUNDS) is None
    assert later.same(Source(SHOP.server, "shop", "/elsewhere"), REFUNDS) is None


def test_nobody_else_may_read_it(home):
    KeptBundles(home, NOW).keep(SHOP, REFUNDS, ANSWER)
    places = [home, *home.rglob("*")]
    assert len(places) == 4
    assert {stat.S_IMODE(place.stat().st_mode) for place in places if place.is_dir()} == {0o700}
    assert {stat.S_IMODE(place.stat().st_mode) for place in places if place.is_file()} == {0o600}


def test_the_oldest_go_by_number_and_by_size(home, monkeypatch):
    monkeypatch.setattr(kept, "MOST_BUNDLES", 3)
    for at in range(5):
        KeptBundles(home, NOW + at).keep(SHOP, Wanted(f"task {at}", (), 2000), ANSWER)
    assert len(KeptBundles(home, NOW + 9).every(SHOP)) == 3
    monkeypatch.setattr(kept, "MOST_BYTES", 1)
    KeptBundles(home, NOW + 6).keep(SHOP, REFUNDS, ANSWER)
    assert KeptBundles(home, NOW + 9).every(SHOP) == ()


def test_what_is_older_than_a_month_is_not_served(home):
    KeptBundles(home, NOW).keep(SHOP, REFUNDS, ANSWER)
    assert KeptBundles(home, NOW + kept.SECONDS_KEPT + 3600).same(SHOP, REFUNDS) is None


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"format": 1}', b'{"format": 9}', json.dumps({"format": 1, "answer": 3}).encode()]
)
def test_what_is_damaged_counts_as_not_kept(home, data):
    KeptBundles(home, NOW).keep(SHOP, REFUNDS, ANSWER)
    (place,) = home.rglob("*.json")
    place.write_bytes(data)
    assert KeptBundles(home, NOW).same(SHOP, REFUNDS) is None
    assert KeptBundles(home, NOW).every(SHOP) == ()


def test_a_folder_that_cannot_be_written_is_no_failure(home):
    home.parent.mkdir(parents=True)
    home.write_text("a file")
    KeptBundles(home, NOW).keep(SHOP, REFUNDS, ANSWER)
    assert KeptBundles(home, NOW).same(SHOP, REFUNDS) is None


def test_a_giant_is_not_kept(home, monkeypatch):
    monkeypatch.setattr(kept, "LONGEST", 10)
    KeptBundles(home, NOW).keep(SHOP, REFUNDS, ANSWER)
    assert not list(home.rglob("*.json"))
