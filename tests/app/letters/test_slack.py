"""The weekly letter as Slack's blocks, held against the limits that Slack documents."""

import json
import re

import jsonschema

from app.letters.links import Links
from app.letters.outline import outline
from app.letters.slack import escape, slack
from tests.app.letters.samples import HOSTILE, full, quiet

LINKS = Links("https://holdfast.example", "shop")


def words(most: int) -> dict[str, object]:
    kinds = {"enum": ["mrkdwn", "plain_text"]}
    text = {"type": "string", "minLength": 1, "maxLength": most}
    return {"type": "object", "properties": {"type": kinds, "text": text}, "required": ["type", "text"]}


SECTION = {
    "properties": {
        "type": {"const": "section"},
        "text": words(3000),
        "fields": {"type": "array", "minItems": 1, "maxItems": 10, "items": words(2000)},
    },
    "additionalProperties": False,
    "anyOf": [{"required": ["text"]}, {"required": ["fields"]}],
}
HEADER = {"properties": {"type": {"const": "header"}, "text": words(150)}, "additionalProperties": False}
PAYLOAD = {
    "type": "object",
    "required": ["text", "blocks"],
    "properties": {
        "text": {"type": "string", "maxLength": 40000},
        "blocks": {"type": "array", "maxItems": 50, "items": {"anyOf": [SECTION, HEADER]}},
    },
}


def test_it_keeps_to_the_limits_whatever_stands_in_it() -> None:
    for text in (*HOSTILE, "&" * 9000, "`a` " * 3000, "x" * 9000):
        jsonschema.validate(json.loads(slack(outline(full(text, text, text), LINKS), "https://x.example/r")), PAYLOAD)
    jsonschema.validate(json.loads(slack(outline(quiet(), LINKS))), PAYLOAD)


def test_nobody_is_called_and_no_link_is_forged() -> None:
    for text in HOSTILE:
        told = slack(outline(full(text, text, text), LINKS), "https://holdfast.example/r")
        for block in json.loads(told)["blocks"]:
            said = json.dumps(block, ensure_ascii=False)
            for link in re.findall(r"<([^<>]*)>", said):
                assert link.startswith("https://holdfast.example/"), (text, link)
    assert escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


def test_the_whole_report_is_a_link_away() -> None:
    blocks = json.loads(slack(outline(full(), LINKS), "https://holdfast.example/r"))["blocks"]
    assert blocks[-1]["text"]["text"] == "<https://holdfast.example/r|The whole report>"
    assert blocks[2]["fields"][0]["text"].startswith("*<https://holdfast.example/p/shop/reports/findings?count=new&")
