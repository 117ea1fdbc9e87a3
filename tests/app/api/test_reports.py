"""Weekly reports over HTTP."""

from app import mail
from app.settings import Settings
from app.unit import Services
from specs.access import SERVER, Role


async def test_a_report_is_listed_and_read_in_both_forms(ask, app, town):
    services = Services(app.state.database, app.state.parts)
    kept = await services.letters.publish(SERVER, town.project, mail.rendering(Settings(), town.project))
    [row] = (await ask("GET", "/reports", Role.READER)).json()["items"]
    assert row["id"] == str(kept.record.id)
    assert row["counts"] == {"new": 0, "resolved": 0, "regressed": 0, "open": 0}
    read = (await ask("GET", f"/reports/{row['id']}", Role.READER)).json()
    assert read["markdown"].startswith("# Payments, week of ")
    assert len(read["trend"]) == 12
    text = await ask("GET", f"/reports/{row['id']}", Role.READER, headers={"accept": "text/markdown"})
    assert text.text == read["markdown"]
    assert (await ask("GET", f"/reports/{row['id']}", None)).status_code == 404
