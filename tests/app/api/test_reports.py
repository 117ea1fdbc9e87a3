"""Weekly reports over HTTP."""

from datetime import UTC, datetime, timedelta

import jsonschema
import pytest

from app.letters.forms import FORMS
from app.mailing.dispatch import rendering
from app.settings import Settings
from app.unit import Services
from specs.access import SERVER, Role
from tests.app.api.observed import observe
from tests.app.letters.test_wire import SCHEMA

WEEK = "since=2026-11-09T00:00:00Z&until=2026-11-16T00:00:00Z"


@pytest.fixture
async def kept(app, town):
    services = Services(app.state.database, app.state.parts)
    return await services.letters.publish(SERVER, town.project, rendering(Settings(), town.project))


async def test_a_report_is_listed_and_read(ask, kept):
    [row] = (await ask("GET", "/reports", Role.READER)).json()["items"]
    assert row["id"] == str(kept.record.id)
    assert row["counts"] == dict.fromkeys(("new", "resolved", "regressed", "worsened", "ongoing", "open"), 0)
    assert (await ask("GET", "/reports?owner=nobody", Role.READER)).json()["items"] == []
    read = (await ask("GET", f"/reports/{row['id']}", Role.READER)).json()
    assert read["markdown"].startswith("# Payments, week of ")
    assert len(read["trend"]) == 12
    assert read["letter"]["counts"] == row["counts"]
    text = await ask("GET", f"/reports/{row['id']}", Role.READER, headers={"accept": "text/markdown"})
    assert text.text == read["markdown"]
    assert (await ask("GET", f"/reports/{row['id']}", None)).status_code == 404


async def test_every_form_is_given_with_its_media_type(ask, kept):
    for form, (media, _) in FORMS.items():
        answer = await ask("GET", f"/reports/{kept.record.id}/{form}", Role.READER)
        assert answer.status_code == 200, form
        assert answer.headers["content-type"].startswith(media.partition(";")[0])
    jsonschema.validate((await ask("GET", f"/reports/{kept.record.id}/json", Role.READER)).json(), SCHEMA)
    assert (await ask("GET", f"/reports/{kept.record.id}/docx", Role.READER)).status_code == 400


async def test_the_findings_behind_a_number_are_listed(ask):
    assert (await ask("GET", f"/reports/findings?count=new&{WEEK}", Role.READER)).json() == {"items": []}
    for bad in (f"count=many&{WEEK}", "count=new", "count=new&since=2026-11-16T00:00:00Z&until=2026-11-09T00:00:00Z"):
        answer = await ask("GET", f"/reports/findings?{bad}", Role.READER)
        assert answer.status_code == 400, bad
        assert answer.json()["hint"]


async def test_admins_say_when_reports_go_out_and_people_what_they_get(ask):
    assert (await ask("GET", "/reports/schedule", Role.READER)).json() == {
        "weekday": "monday", "hour": 6, "zone": "UTC", "on": True,
    }  # fmt: skip
    wanted = {"weekday": "friday", "hour": 16, "zone": "Europe/Berlin", "on": True}
    assert (await ask("PUT", "/reports/schedule", Role.READER, json=wanted)).status_code == 403
    assert (await ask("PUT", "/reports/schedule", Role.ADMIN, json=wanted)).json() == wanted
    assert (await ask("GET", "/reports/schedule", Role.READER)).json() == wanted
    refused = await ask("PUT", "/reports/schedule", Role.ADMIN, json={**wanted, "zone": "../etc/passwd"})
    assert refused.status_code == 400
    assert "Europe/Berlin" in refused.json()["hint"]
    assert (await ask("PUT", "/reports/wish", Role.READER, json={"wish": "none"})).json() == {"wish": "none"}
    assert (await ask("PUT", "/reports/wish", Role.READER, json={"wish": "all"})).status_code == 400


async def test_a_report_says_how_many_decided_findings_were_waived(app, town, ask):
    known = await observe(town)
    today = datetime.now(UTC).date()
    until = (today + timedelta(days=9)).isoformat()
    waiver = {"choice": "waive", "findings": known["fingerprint"][:1], "because": "Later.", "until": until}
    mend = {"choice": "mend", "findings": known["fingerprint"][1:], "because": "Now."}
    for body in (waiver, mend):
        made = await ask("POST", "/findings/decisions", Role.REVIEWER, json=body)
        assert made.status_code == 201, made.text
    letter = await Services(app.state.database, app.state.parts).letters.compose(SERVER, town.project, today)
    assert letter.honesty is not None
    assert (letter.honesty.decided, letter.honesty.dismissed) == (2, 1)
    assert letter.scopes[0].specs
