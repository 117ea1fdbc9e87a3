"""Each form of a letter as it was last looked at, in tests/cases/letters: a full week and a quiet one.

With HOLDFAST_UPDATE_CASES=1 they are written anew: then read the difference.
"""

import os
from pathlib import Path

import pytest

from app.letters.forms import Forms
from app.letters.html import html
from app.letters.links import Links
from app.letters.pages import letter_source, picture_sources
from tests.app.letters.samples import full, quiet

GOLDEN = Path(__file__).parents[2] / "cases" / "letters"
UPDATE = os.environ.get("HOLDFAST_UPDATE_CASES") == "1"
LETTERS = {"full": full, "quiet": quiet}


def written(name: str) -> dict[str, str]:
    """Every form that is text, and what is typeset of the letter: its pages and its pictures."""
    made = Forms(LETTERS[name](), Links("https://holdfast.example", "shop"), "1")
    laid_out = made.laid_out
    drawn = picture_sources(laid_out)
    return {
        "md": made.text("markdown"),
        "html": html(laid_out, drawn),
        "json": made.text("json"),
        "slack.json": made.text("slack"),
        "typ": letter_source(laid_out),
        **{f"{picture}.typ": source for picture, source in drawn.items()},
    }


@pytest.mark.parametrize("name", LETTERS)
def test_each_form_is_as_it_was_last_looked_at(name: str) -> None:
    found = written(name)
    if UPDATE:
        GOLDEN.mkdir(exist_ok=True)
        for suffix, text in found.items():
            (GOLDEN / f"{name}.{suffix}").write_text(text, encoding="utf-8")
    kept = {path.name.partition(".")[2]: path.read_text(encoding="utf-8") for path in GOLDEN.glob(f"{name}.*")}
    assert found.keys() == kept.keys()
    for suffix, text in found.items():
        assert text == kept[suffix], f"{name}.{suffix}"
