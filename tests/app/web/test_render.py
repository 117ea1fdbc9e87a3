"""Every template takes its view, escapes what it is given, and carries nothing that the pages' policy forbids."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.web.render import asset, breakable, environment, grouped, moment, render, runs, ticks
from app.web.views.history import DiffRow
from app.web.views.specs import SpecList
from tests.app.web.samples import PAGES, SPECS


@pytest.mark.parametrize("name", PAGES)
def test_page_renders_within_the_policy(name: str) -> None:
    template, frame, view = PAGES[name]
    html = render(template, replace(frame, nonce="n0nce"), view)
    assert html.lstrip().startswith("<!doctype html>")
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", html)
    assert re.findall(r"<script(?! nonce=\"n0nce\"| src=\"/static/)", html) == []
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", html)
    ids = re.findall(r"\sid=\"([^\"]+)\"", html)
    assert len(ids) == len(set(ids))


def test_every_form_that_writes_carries_the_secret_of_the_session() -> None:
    for template, frame, view in PAGES.values():
        html = render(template, replace(frame, csrf="s3cret"), view)
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", html, re.DOTALL):
            assert 'name="csrf" value="s3cret"' in form


def test_what_is_shown_is_escaped() -> None:
    template, frame, _ = PAGES["specs"]
    row = replace(SPECS[0], title="<b>&", path="a/<i>.md", owners=('"><script>',))
    html = render(template, frame, SpecList((row,)))
    assert "&lt;b&gt;&amp;" in html
    assert "<i>" not in html
    assert "<script>" not in html.replace("<script nonce", "")


def test_warnings_alone_are_not_called_broken() -> None:
    template, frame, view = PAGES["overview-warned"]
    html = render(template, frame, view)
    said = html[html.index('class="verdict"') :].split("</p>", 1)[0]
    assert "5 warnings</span>, and nothing that breaks a check." in said
    assert "broken" not in said


def test_frozen_members_are_marked_with_the_reason() -> None:
    template, frame, view = PAGES["members"]
    html = render(template, frame, view)
    assert html.count("frozen until") == 1
    assert 'title="It failed five times in a row."' in html


def test_backticks_become_code_and_nothing_else_does() -> None:
    assert ticks("use `a<b` not <i>") == "use <code>a&lt;b</code> not &lt;i&gt;"
    assert ticks("one ` alone") == "one ` alone"


def test_paths_may_break_after_slashes() -> None:
    assert breakable("a/<b>/c") == "a/<wbr>&lt;b&gt;/<wbr>c"


def test_times_and_numbers_are_written_for_people() -> None:
    assert moment(datetime(2026, 3, 2, 9, 5, tzinfo=UTC)) == "2 Mar 2026, 09:05 UTC"
    assert grouped(1234567) == "1,234,567"


def test_assets_change_their_address_with_their_content() -> None:
    assert re.fullmatch(r"/static/app\.css\?v=[0-9a-f]{12}", asset("app.css"))


def test_neighbouring_changes_are_one_run_and_gaps_stand_alone() -> None:
    kinds = ["same", "changed", "changed", "gap", "gap", "same"]
    assert [[row.kind for row in run] for run in runs(DiffRow(kind) for kind in kinds)] == [
        ["same"],
        ["changed", "changed"],
        ["gap"],
        ["gap"],
        ["same"],
    ]


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(Exception, match="undefined"):
        environment().from_string("{{ nobody.knows }}").render()
