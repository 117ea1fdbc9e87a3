"""Twelve weeks of a real repository: letters give the labelled numbers in every form, and the lists behind them."""

import email
import html as pages
import json
import re
from dataclasses import asdict, replace
from datetime import timedelta
from email.policy import default

import pytest

from app import sources
from app.letters.pages import letter_source
from app.mailing import mail
from app.mailing.dispatch import forms, pack, rendering
from app.settings import Settings
from specs.access import SERVER
from sync.service.letters.letters import Letters, Query
from sync.service.repositories.looking import Excerpts
from sync.weekly.period import week
from sync.weekly.posted import Mail, MailState
from sync.weekly.tally import Count, Counts, worsened
from tests.app.letters.history import FIRST, FOREMOST, INVARIANTS, LABELS, LINES, Dated, make_history
from tests.stage import make_stage

SETTINGS = Settings(public_url="https://holdfast.example")
NUMBERS = "|".join(Count)


def of_markdown(text: str) -> Counts:
    return Counts(**{name: int(n) for n, name in re.findall(rf"- \*\*\[(\d+)\]\(<[^>]+>\)\*\* ({NUMBERS}),", text)})


def of_html(text: str) -> Counts:
    shown = pages.unescape(re.sub(r"<[^>]+>", "\n", text))
    return Counts(
        **{name: int(n) for n, name in re.findall(rf"(\d+)\n+({NUMBERS})\n+(?=\S)", shown.split("Decisions")[0])}
    )


def of_slack(text: str) -> Counts:
    fields = [one["text"] for block in json.loads(text)["blocks"] for one in block.get("fields", ())]
    return Counts(**{m[2]: int(m[1]) for one in fields if (m := re.match(rf"\*<[^|]+\|(\d+)>\* ({NUMBERS})\n", one))})


def of_pages(source: str) -> Counts:
    found = re.findall(rf'#"(\d+)"\]\]\\ #"({NUMBERS})"', source)
    return Counts(**{name: int(n) for n, name in found})


@pytest.fixture
async def letters(world, tmp_path):
    made = Dated(tmp_path / "repo")
    make_history(made)
    world.clock.time = sources.now()
    stage = make_stage(world, made, tmp_path)
    await stage.register()
    assert (await stage.sync()).problem == ""
    excerpts = Excerpts(world.database, stage.mirrors)
    return Letters(world.database, world.library, stage.drift, world.clock, sources.new_id, excerpts=excerpts)


async def test_twelve_weeks_give_the_labelled_numbers_in_every_form(world, letters) -> None:
    render = rendering(SETTINGS, world.project)
    for number, label in enumerate(LABELS):
        begins = FIRST + timedelta(weeks=number)
        kept = await letters.publish(SERVER, world.project, render, begins + timedelta(days=3))
        assert kept.record.begins == begins
        assert dict(kept.record.counts) == asdict(label), f"week {number + 1}"
        made = forms(SETTINGS, world.project, kept)
        assert made is not None
        assert json.loads(made.text("json"))["counts"] == asdict(label)
        assert [point.counts for point in made.letter.trend[-number - 1 :]] == list(LABELS[: number + 1])
        if label == Counts():
            assert made.letter.quiet
            assert "All quiet." in kept.markdown
            assert "All quiet." in kept.html
            continue
        parcel = await pack(SETTINGS, world.project, kept) if number == 8 else None
        if parcel is not None:
            sent = mail.message(
                SETTINGS,
                Mail("a@b.example", "<1@x>", MailState.SENDING),
                kept,
                mail.Shown(parcel.html, parcel.pictures),
            )
            read = email.message_from_bytes(bytes(sent), policy=default)
            plain, rich = read.get_body(("plain",)), read.get_body(("html",))
            assert of_markdown(plain.get_content()) == of_html(rich.get_content()) == label
            assert (await made.write("pdf")).startswith(b"%PDF")
        told = (
            of_markdown(kept.markdown),
            of_html(kept.html),
            of_slack(made.text("slack")),
            of_pages(letter_source(made.laid_out)),
        )
        assert told == (label,) * 4, f"week {number + 1}"


async def test_twelve_weeks_are_told_for_their_size_with_what_stands_out(world, letters) -> None:
    render = rendering(SETTINGS, world.project)
    for number, (label, (spec, module)) in enumerate(zip(LABELS, FOREMOST, strict=True)):
        kept = await letters.publish(SERVER, world.project, render, FIRST + timedelta(weeks=number, days=3))
        made = forms(SETTINGS, world.project, kept)
        assert made is not None
        told = json.loads(made.text("json"))
        assert [(one["size"], one["each"]) for one in told["rates"]] == [(LINES, 1000), (INVARIANTS, 1)]
        for rate in told["rates"]:
            counted = {name: round(value * rate["each"] / rate["size"], 2) for name, value in asdict(label).items()}
            assert {name: rate[name] for name in counted} == counted
        assert (told["drifting"] or {"name": ""})["name"].rpartition("/")[2] == spec, number + 1
        assert (told["oldest"] or {"path": ""})["path"] == (module and f"shop/domain/{module}.py"), number + 1
        if label == Counts():
            assert "For its size" not in kept.markdown
            continue
        spoken = (kept.markdown, pages.unescape(kept.html), made.text("slack"), letter_source(made.laid_out))
        for text in spoken:
            assert "for each 1,000 of 7 lines of code" in text
            assert f"{round(label.open * 1000 / LINES, 2):g}" in text
            assert ("The spec that drifts most" in text) is bool(spec)
            assert ("Open longest" in text) is bool(module)


async def test_each_number_is_as_long_as_the_list_behind_it(world, letters) -> None:
    for number, label in enumerate(LABELS):
        period = week(FIRST + timedelta(weeks=number))
        for count in Count:
            query = Query(count, period.since, period.until)
            found = await letters.behind(world.rob, world.project.id, query)
            if count is Count.WORSENED:
                assert len(worsened(found, period)) == label.worsened
            else:
                assert len(found) == getattr(label, count.value), (number + 1, count)
            mine = [
                await letters.behind(world.rob, world.project.id, replace(query, owner=one))
                for one in ("payments", "storage")
            ]
            assert len(found) == sum(map(len, mine))


async def test_a_hot_spot_quotes_the_spec_beside_the_code(world, letters) -> None:
    letter = await letters.compose(world.rob, world.project, FIRST + timedelta(weeks=11))
    [spot] = letter.hot_spots
    assert (spot.path, spot.code) == ("shop/domain/g.py", "import shop.web")
    assert spot.sentence == "The domain runs in batch jobs, so it never reaches up."
    assert (spot.first.by, spot.first.owners) == ("Bob", ("payments",))
    assert [one.kind for one in letter.decisions] == ["finding"]
    assert letter.scopes[0].checks == 1
    mine = await letters.compose(world.rob, world.project, FIRST + timedelta(weeks=8), "storage")
    assert mine.counts == Counts(new=2, worsened=1, ongoing=1, open=3)
