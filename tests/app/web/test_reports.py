from typing import TYPE_CHECKING, Any

import pytest

from app.web.reports import around_trend
from tests.app.web.entrance.test_signing_in import log_in

if TYPE_CHECKING:
    from tests.app.conftest import Town

LETTER = """# Week

Text.

## Twelve weeks

| week of | new |
| --- | ---: |
| 31 August | 1 |

## Compared

All.
"""


def test_the_picture_stands_above_the_table_of_weeks() -> None:
    before, after = around_trend(LETTER)
    assert "Twelve weeks" in before
    assert "31 August" not in before
    assert "31 August" in after
    assert "Compared" in after


def test_a_letter_without_the_table_is_shown_whole() -> None:
    before, after = around_trend("# Week\n\nAll quiet.\n")
    assert "All quiet." in before
    assert after == ""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"zone": "Mars/Base"}, "There is no such time zone."),
        ({"hour": "99"}, "hour"),
        ({"weekday": "noday"}, "weekday"),
    ],
)
async def test_a_refused_schedule_keeps_what_was_typed(
    client: Any, town: "Town", given: dict[str, str], said: str
) -> None:
    csrf = await log_in(client, "admin-person")
    form = {"csrf": csrf, "weekday": "friday", "hour": "7", "zone": "Europe/Berlin", "on": "no", **given}
    answer = await client.post("/p/payments/reports/schedule", data=form)
    assert answer.status_code == 400
    assert said in answer.text
    assert f'value="{form["zone"]}"' in answer.text
    assert ('<option value="friday" selected>' in answer.text) is ("weekday" not in given)
    assert '<option value="no" selected>' in answer.text
    done = await client.post(
        "/p/payments/reports/schedule", data=form | {"weekday": "friday", "hour": "7", "zone": "UTC"}
    )
    assert "They are switched off." in done.text
