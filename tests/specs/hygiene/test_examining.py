"""What a check tells of a text: each hidden character and secret once, and which links to hold against the tree."""

import pytest

from specs.hygiene.examining import MOST_CHARACTERS, examine
from tests.specs.hygiene.samples import LANGUAGES, SECRETS

OVERRIDE, ZERO, TAG = "\u202e", "\u200b", "\U000e0041"


def test_characters_are_told_once_each_and_only_those_that_are_refused_are_errors() -> None:
    found = examine(f"# A\n\nOne{ZERO}two.\n\na{OVERRIDE}b\n\nc{ZERO}d{TAG}\n").problems
    assert [(one.code, one.severity, one.line) for one in found] == [
        ("hidden-character", "warning", 3),
        ("hidden-bidi", "error", 5),
        ("hidden-tag", "error", 7),
    ]
    assert "line 7" in found[0].hint
    assert all("line" not in one.message.lower().split() for one in found)


def test_what_is_told_stays_itself_when_lines_move() -> None:
    text = f"One{ZERO}two. {next(iter(SECRETS.values()))}\n"
    before, after = examine(text).problems, examine(f"More.\n\n{text}{text}").problems
    assert [one.message for one in before] == [one.message for one in after]


def test_a_flood_is_bounded() -> None:
    text = "".join(f"a{chr(0xE000 + at)}b\n" for at in range(100))
    assert len(examine(text).problems) == MOST_CHARACTERS


def test_secrets_are_warned_of_and_never_shown() -> None:
    for secret in SECRETS.values():
        (found,) = examine(f"| key | {secret} |\n| --- | --- |\n").problems
        assert (found.code, found.severity) == ("secret", "warning")
        assert secret not in found.message + found.hint


@pytest.mark.parametrize(
    "text",
    [
        "<!-- a note -->\n",
        "[//]: # (a note)\n",
        "\ufeff# A\n",
        *(f"{text}\n" for text in LANGUAGES.values()),
        "👩\u200d💻\n",
        "",
    ],
)
def test_what_people_of_a_repository_see_in_its_source_is_no_problem(text: str) -> None:
    assert examine(text).problems == ()


def test_links_are_kept_as_written_where_they_lead_to_markdown() -> None:
    text = "[a](x.md#y) [b](../z.md) [c](#d) [e](https://x.y/z.md) [f](/r.md) [g](x.py)\n\n[h]: k.md\n"
    assert examine(text).links == (("x.md#y", 1), ("../z.md", 1), ("#d", 1), ("k.md", 3))
