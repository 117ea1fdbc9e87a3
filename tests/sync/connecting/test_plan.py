"""What connecting changes, and taking it back."""

import json
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specs.errors import UserError
from sync.agents.answers import CLIENTS
from sync.connecting.clients import Wish, parts
from sync.connecting.jsonc import read
from sync.connecting.plan import connecting, undoing

WISHES = [Wish(name) for name in CLIENTS] + [
    Wish(name, server="https://h.example.org", project="shop") for name in CLIENTS
]
IDS = [f"{wish.client}{'-server' if wish.server else ''}" for wish in WISHES]
KEYS = st.sampled_from(["hooks", "mcpServers", "servers", "version", "other"])
EVENTS = st.sampled_from(["SessionStart", "sessionStart", "Stop", "UserPromptSubmit"])
SETTINGS = st.dictionaries(
    KEYS,
    st.dictionaries(EVENTS, st.lists(st.fixed_dictionaries({"command": st.text(max_size=3)}), max_size=2), max_size=2),
    max_size=3,
)


def files(wish):
    return list(dict.fromkeys(part.file for part in parts(wish)))


def after(texts, changes):
    return {**texts, **{change.file: change.after for change in changes}}


def load(file, text):
    return tomllib.loads(text) if file.endswith(".toml") else read(text).value


@pytest.mark.parametrize("wish", WISHES, ids=IDS)
def test_from_nothing_and_back(wish):
    nothing = dict.fromkeys(files(wish))
    made = after(nothing, connecting(nothing, parts(wish)))
    for file, text in made.items():
        load(file, text)
        assert "holdfast" in text
        assert file.endswith(".toml") or json.loads(text)
    assert connecting(made, parts(wish)) == ()
    assert after(made, undoing(made, parts(wish), nothing, made)) == nothing
    assert after(made, undoing(made, parts(wish), {}, {})) == nothing


@pytest.mark.parametrize("wish", WISHES, ids=IDS)
@settings(max_examples=12, deadline=None)
@given(kept=SETTINGS, indent=st.sampled_from([None, 2, "\t"]))
def test_what_stood_there_stays_and_comes_back(wish, kept, indent):
    texts = {
        file: 'a = 1\n[mcp_servers.x]\nb = "c"\n' if file.endswith(".toml") else json.dumps(kept, indent=indent)
        for file in files(wish)
    }
    changes = connecting(texts, parts(wish))
    made = after(texts, changes)
    exact = undoing(made, parts(wish), texts, made)
    assert after(made, exact) == texts
    touched = {file: f"{text}\n" for file, text in made.items()}
    undone = after(touched, undoing(touched, parts(wish), texts, made))
    for file, text in undone.items():
        before, now = load(file, texts[file]), load(file, text)
        # The version of a file that others write in as well is theirs too.
        assert now == before or (now.pop("version", 0) == 1 and now == before)


CLAUDE = Wish("claude-code")


def claude(kept):
    texts = {".claude/settings.json": kept, ".mcp.json": None}
    return texts, after(texts, connecting(texts, parts(CLAUDE)))


def test_what_others_added_since_stays():
    texts, made = claude('{\n  "hooks": {}\n}\n')
    touched = dict(made)
    touched[".claude/settings.json"] = made[".claude/settings.json"].replace(
        '"hooks": {', '"model": "m",\n  "hooks": {'
    )
    undone = after(touched, undoing(touched, parts(CLAUDE), texts, made))
    assert read(undone[".claude/settings.json"]).value == {"model": "m", "hooks": {}}
    assert undone[".mcp.json"] is None


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (".claude/settings.json", '"timeout": 5', '"timeout": 9'),
        (".mcp.json", '"mcp"', '"mcp", "--more"'),
    ],
)
def test_a_part_that_was_changed_is_not_taken_out(file, old, new):
    texts, made = claude(None)
    touched = {**made, file: made[file].replace(old, new, 1)}
    with pytest.raises(UserError, match="was changed since"):
        undoing(touched, parts(CLAUDE), texts, made)


def test_a_part_that_is_gone_already_is_no_obstacle():
    texts, made = claude(None)
    touched = {**made, ".mcp.json": "{}"}
    assert after(touched, undoing(touched, parts(CLAUDE), texts, made)) == {
        ".claude/settings.json": None,
        ".mcp.json": None,
    }


@pytest.mark.parametrize(
    ("client", "file", "text", "message"),
    [
        ("claude-code", ".mcp.json", '{"mcpServers": {"holdfast": {"command": "x"}}}', "is there already"),
        ("claude-code", ".mcp.json", '{"mcpServers": []}', "is not what it should be"),
        ("claude-code", ".mcp.json", "{", "line 1 is not JSON"),
        ("claude-code", ".mcp.json", '{"mcpServers": {}, "mcpServers": {"a": 1}, "mcpServers": 3}', "is not what"),
        ("claude-code", ".claude/settings.json", '{"hooks": {"SessionStart": {}}}', "is not a list"),
        (
            "claude-code",
            ".claude/settings.json",
            '{"hooks": {"SessionStart": [{"hooks": [{"command": "uv run holdfast hook SessionStart"}]}]}}',
            "another hook of Holdfast",
        ),
        ("codex", ".codex/config.toml", "a = ", "it is not TOML"),
        ("codex", ".codex/config.toml", "mcp_servers = {}\n", "cannot be added to it"),
        ("codex", ".codex/config.toml", "[mcp_servers.holdfast]\ncommand = 'x'\n", "is there already"),
    ],
)
def test_what_cannot_be_added_to_is_refused(client, file, text, message):
    texts = {**dict.fromkeys(files(Wish(client))), file: text}
    with pytest.raises(UserError, match=message) as refused:
        connecting(texts, parts(Wish(client)))
    assert refused.value.hint


def test_words_for_a_shell_are_quoted():
    wish = Wish("claude-code", server="https://h.example.org/?a=1&b=2", project="shop")
    assert "--server 'https://h.example.org/?a=1&b=2' --project shop" in parts(wish)[0].value["hooks"][0]["command"]
