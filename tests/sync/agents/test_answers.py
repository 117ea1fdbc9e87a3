"""The shape of answers at hooks."""

import json

import pytest

from sync.agents.answers import CLIENTS, MOST_CHARACTERS, answer
from sync.agents.events import Moment, moment_of


@pytest.mark.parametrize("client", CLIENTS.values(), ids=list(CLIENTS))
@pytest.mark.parametrize("moment", list(Moment))
def test_every_answer_is_json_that_names_its_own_event_or_nothing(client, moment):
    text = answer(client, moment, "intent \u2028 \ud83d\ude00".encode("utf-8", "replace").decode())
    if moment not in client.events:
        assert text == ""
        return
    said = json.loads(text)
    specific = said.get("hookSpecificOutput")
    assert ("additionalContext" in said) == (client.name == "copilot")
    if specific is not None:
        assert specific == {"hookEventName": client.events[moment], "additionalContext": "intent \u2028 ??"}
    assert not {"decision", "permission", "permissionDecision"} & set(said)


@pytest.mark.parametrize("client", CLIENTS.values(), ids=list(CLIENTS))
def test_every_event_of_a_client_is_understood(client):
    assert {moment: moment_of(name) for moment, name in client.events.items()} == {one: one for one in client.events}
    assert not client.forgets or moment_of(client.forgets) is Moment.COMPACT


def test_what_would_be_cut_is_not_sent():
    assert answer(CLIENTS["codex"], Moment.PROMPT, "x" * (MOST_CHARACTERS + 1)) == ""
    assert answer(CLIENTS["codex"], Moment.PROMPT, " \n") == ""
