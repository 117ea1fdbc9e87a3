"""Twelve weeks of a real repository: letters give the labelled numbers in every form, and the lists behind them."""

import email
import html as pages
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from email.policy import default
from io import BytesIO
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from pypdf import PageObject, PdfReader

from app import sources
from app.letters.forms import Forms
from app.letters.pages import letter_source
from app.mailing import mail
from app.mailing.dispatch import forms, pack, rendering
from app.settings import Settings
from specs.access import SERVER
from sync.service.letters.letters import Letters
from sync.service.repositories.looking import Excerpts
from sync.weekly.posted import LetterText, Mail, MailState
from sync.weekly.tally import Count, Counts
from tests.app.letters.history import BROKEN, FIRST, FOREMOST, INVARIANTS, LABELS, LINES, Dated, make_history
from tests.factories import PASSWORD, World
from tests.stage import make_stage

SETTINGS = Settings(public_url="https://holdfast.example")
NUMBERS = "|".join(Count)
NUMBERED = re.compile(r"\]\(<([^>]+)>\)")
PRINTED = {4, 8, 11}


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


def of_pdf(pages: Sequence[PageObject]) -> Counts:
    said = "\n".join(page.extract_text() for page in pages).split("Decisions wanted")[0]
    return Counts(**{name: int(n) for n, name in re.findall(rf"^(\d+)\n({NUMBERS})\n", said, re.MULTILINE)})


def links_of_pdf(pages: Sequence[PageObject]) -> set[str]:
    notes = [note.get_object() for page in pages for note in page.get("/Annots", ())]
    return {unquote(note["/A"]["/URI"]) for note in notes if "/URI" in note.get("/A", {})}


@pytest.fixture
def settings(world_url, tmp_path):
    return Settings(database_url=world_url, data_dir=tmp_path / "data")


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


def check_size_and_foremost(number: int, text: LetterText, made: Forms) -> None:
    """A letter tells its numbers for their size, and what stands out, in every form."""
    label, (spec, module), lines = LABELS[number], FOREMOST[number], LINES[number]
    told = json.loads(made.text("json"))
    sizes = [(lines, 1000), (INVARIANTS, 1)] if lines else [(INVARIANTS, 1)]
    assert [(one["size"], one["each"]) for one in told["rates"]] == sizes
    assert [point["lines"] for point in told["trend"]] == [0] * (11 - number) + list(LINES[: number + 1])
    for rate in told["rates"]:
        counted = {name: round(value * rate["each"] / rate["size"], 2) for name, value in asdict(label).items()}
        assert {name: rate[name] for name in counted} == counted
    assert (told["drifting"] or {"name": ""})["name"].rpartition("/")[2] == spec, number + 1
    assert (told["oldest"] or {"path": ""})["path"] == (module and f"shop/domain/{module}.py"), number + 1
    if label == Counts():
        assert "For its size" not in text.markdown
        return
    spoken = (text.markdown, pages.unescape(text.html), made.text("slack"), letter_source(made.laid_out))
    for said in spoken:
        assert f"for each 1,000 of {lines} lines of code" in said
        assert f"{round(label.open * 1000 / lines, 2):g}" in said
        assert f"{label.open * 1000 / lines:.2f}" in said
        assert ("The spec that drifts most" in said) is bool(spec)
        assert ("Open longest" in said) is bool(module)


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
        assert made.letter.verdict.startswith("All 2 invariants hold.") is (label.open == 0), "as it was when it ended"
        assert made.letter.scopes[0].broken == BROKEN[number], f"week {number + 1}"
        assert [point.counts for point in made.letter.trend[-number - 1 :]] == list(LABELS[: number + 1])
        check_size_and_foremost(number, kept, made)
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
        told = (of_markdown(kept.markdown), of_html(kept.html), of_slack(made.text("slack")))
        assert told == (label,) * 3, f"week {number + 1}"
        if number in PRINTED:
            pdf = PdfReader(BytesIO(await made.write("pdf"))).pages
            assert of_pdf(pdf) == label, f"week {number + 1}"
            assert links_of_pdf(pdf) == {unquote(link) for link in NUMBERED.findall(kept.markdown)}


def numbers_of(page: str) -> Iterator[tuple[str, str, str]]:
    """Each number of a report's page that leads to findings, or a file with so many: its section, address and text."""
    for part in re.split(r"<h2[^>]*>", page):
        title = part.partition("</h2>")[0] if "</h2>" in part else ""
        for link, inner, after in re.findall(r'<a href="([^"]*/reports/findings[^"]*)"[^>]*>(.*?)</a>([^<]*)', part):
            said = re.sub(r"<[^>]+>", "", inner)
            yield title, pages.unescape(link), said if said[:1].isdigit() else after.strip()


async def test_each_number_of_the_page_leads_to_as_many_findings(world, letters, client) -> None:
    form = {"login": "rob", "password": PASSWORD}
    assert (await client.post("/login", data=form, follow_redirects=False)).status_code == 303
    last = len(LABELS) - 1
    begins = FIRST + timedelta(weeks=last, days=3)
    kept = await letters.publish(SERVER, world.project, rendering(Settings(), world.project), begins)
    page = (await client.get(f"/p/payments/reports/{kept.record.id}")).text
    shown: dict[str, int] = {}
    titles = set()
    for title, link, said in numbers_of(page):
        if link not in shown:
            behind = (await client.get(link)).text
            shown[link] = int(re.search(r"<h1>[^<]*: ([\d,]+)</h1>", behind)[1].replace(",", ""))
        titles.add(title)
        number = shown[link]
        if title == "For its size":
            sizes = (number * 1000 / LINES[last], number / INVARIANTS)
            assert float(said) in {round(size, 2) for size in sizes}, (link, said)
        else:
            assert int(said.split()[0]) == number, (title, link, said)
    assert titles >= {"", "For its size", "Most and longest", "Hot spots", "By owner", "By spec", "Twelve weeks"}
    assert {link for _, link, _ in numbers_of(page)} == set(shown)
    weeks = {(query["count"][0], query["since"][0][:10]) for query in map(query_of, shown) if "owner" not in query}
    for number, label in enumerate(LABELS):
        day = (FIRST + timedelta(weeks=number)).isoformat()
        there = {count for count, value in asdict(label).items() if value}
        assert {count for count, since in weeks if since == day} >= there, day
    figures = {query_of(link)["count"][0]: int(said) for title, link, said in numbers_of(page) if not title}
    assert figures == asdict(LABELS[last])
    await check_hot_spots(world, letters)


def query_of(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


async def check_hot_spots(world: World, letters: Letters) -> None:
    """A hot spot quotes the spec beside the code."""
    letter = await letters.compose(world.rob, world.project, FIRST + timedelta(weeks=11))
    [spot] = letter.hot_spots
    assert (spot.path, spot.code) == ("shop/domain/g.py", "import shop.web")
    assert spot.sentence == "The domain runs in batch jobs, so it never reaches up."
    assert (spot.first.by, spot.first.owners) == ("Bob", ("payments",))
    assert [one.kind for one in letter.decisions] == ["finding"]
    assert letter.scopes[0].checks == 1
    mine = await letters.compose(world.rob, world.project, FIRST + timedelta(weeks=8), "storage")
    assert mine.counts == Counts(new=2, worsened=1, ongoing=1, open=3)
