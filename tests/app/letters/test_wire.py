"""The weekly letter as JSON: as its schema says, and a letter again."""

import json
from pathlib import Path

import jsonschema

from app.letters.links import Links
from app.letters.wire import as_json, letter_of, model
from tests.app.letters.samples import HOSTILE, full, quiet

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/report-v1.schema.json").read_text(encoding="utf-8"))


def test_the_json_form_is_as_documented() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for letter in (full(), quiet(), *(full(text, text, text) for text in HOSTILE)):
        for links in (Links("https://holdfast.example", "shop"), Links(None, "shop")):
            told = json.loads(as_json(letter, links))
            jsonschema.validate(told, SCHEMA)
            assert told["counts"]["new"] == letter.counts.new


def test_what_is_kept_is_the_letter_again() -> None:
    for letter in (full(), quiet()):
        assert letter_of(json.loads(json.dumps(model(letter)))) == letter
