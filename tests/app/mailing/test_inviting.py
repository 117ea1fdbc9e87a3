"""Whoever is invited gets a mail, and its link lets them in."""

import re
from dataclasses import replace
from typing import Any

import pytest

from app.settings import Settings
from specs.access import Role
from tests.app.mailing.conftest import Mailbox
from tests.factories import PASSWORD

SITE = "http://holdfast.example"
ZOE = {"login": "zoe@example.org", "role": "reviewer", "name": "Zoe"}


@pytest.fixture
def settings(settings: Settings, mailbox: tuple[Mailbox, Settings]) -> Settings:
    mails = mailbox[1]
    return replace(
        settings,
        smtp_host=mails.smtp_host,
        smtp_port=mails.smtp_port,
        smtp_starttls=False,
        smtp_sender=mails.smtp_sender,
        public_url=SITE,
    )


def link_in(box: Mailbox) -> str:
    """Give the token of the link in the last mail."""
    found = re.search(rf"^{SITE}/welcome#(\S+)", box.received[-1].get_content(), re.MULTILINE)
    assert found is not None
    return found[1]


async def test_the_link_of_the_mail_lets_its_person_in_once(ask: Any, client: Any, mailbox: Any) -> None:
    box, _ = mailbox
    made = await ask("POST", "/invitations", Role.ADMIN, json=ZOE)
    assert (made.status_code, made.json()["mailed"]) == (201, True), made.text
    [mail] = box.received
    assert (mail["To"], mail["From"]) == ("zoe@example.org", "holdfast@example.org")
    assert "invites you to Payments" in mail["Subject"]
    assert made.json()["link"] == f"{SITE}/welcome#{link_in(box)}"
    form = {"link": link_in(box), "password": PASSWORD}
    came = await client.post("/welcome", data=form, follow_redirects=False)
    assert (came.status_code, came.headers["location"]) == (303, "/"), came.text
    account = await client.get("/account")
    assert account.status_code == 200
    assert "zoe@example.org" in account.text
    assert (await client.get("/p/payments")).status_code == 200
    assert (await ask("GET", "/invitations", Role.ADMIN)).json()["items"] == []
    client.cookies.clear()
    again = await client.post("/welcome", data=form, follow_redirects=False)
    assert "set-cookie" not in again.headers
    entry = {"login": "zoe@example.org", "password": PASSWORD}
    assert (await client.post("/login", data=entry, follow_redirects=False)).status_code == 303


async def test_a_mail_that_is_not_taken_is_said_and_the_link_is_there(ask: Any, client: Any, mailbox: Any) -> None:
    box, _ = mailbox
    box.answer = "550 no"
    made = (await ask("POST", "/invitations", Role.ADMIN, json=ZOE)).json()
    assert ("mailed" in made, box.received) == (False, [])
    box.answer = "250 OK"
    again = (await ask("POST", f"/invitations/{made['actor']['id']}/again", Role.ADMIN)).json()
    assert again["mailed"] is True
    assert link_in(box) == again["link"].partition("#")[2]
    stale = await client.post("/welcome", data={"link": made["link"].partition("#")[2], "password": PASSWORD})
    assert "set-cookie" not in stale.headers
