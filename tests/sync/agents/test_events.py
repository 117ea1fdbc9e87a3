"""What clients say at their hooks."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.agents.events import MOST_PATHS, Event, Moment, edited, event_of, moment_of, paths_in

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["session_id", "cwd", "prompt", "source", "tool_name", "tool_input", "workspace_roots", "agent_id"]
)


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("UserPromptSubmit", Moment.PROMPT),
        ("user-prompt-submit", Moment.PROMPT),
        ("userPromptSubmitted", Moment.PROMPT),
        ("beforeSubmitPrompt", Moment.PROMPT),
        ("session_start", Moment.START),
        ("PreToolUse", Moment.BEFORE_EDIT),
        ("AfterTool", Moment.AFTER_EDIT),
        ("subagentStart", Moment.SUBAGENT),
        ("PreCompress", Moment.COMPACT),
        ("Stop", None),
        ("", None),
    ],
)
def test_an_event_is_known_in_any_spelling(name, moment):
    assert moment_of(name) is moment


@given(st.dictionaries(KEYS, JSON) | JSON)
def test_no_payload_raises(payload):
    event = event_of(Moment.PROMPT, json.dumps(payload).encode())
    assert isinstance(event, Event)
    "".join((event.session, event.cwd, event.prompt, *event.paths)).encode()


@given(st.binary())
def test_no_bytes_raise(data):
    assert event_of(Moment.START, data).moment is Moment.START


def test_the_names_of_other_clients_are_read():
    said = {"conversation_id": "c", "workspace_roots": ["/w", "/v"], "prompt": "p"}
    assert event_of(Moment.PROMPT, json.dumps(said).encode()) == Event(Moment.PROMPT, "c", "", "/w", "p")
    said = {"sessionId": "s", "cwd": "/w", "toolName": "edit", "toolArgs": json.dumps({"path": "a.py"})}
    assert event_of(Moment.AFTER_EDIT, json.dumps(said).encode()).paths == ("a.py",)


PATCH = """*** Begin Patch
*** Update File: a.py
*** Move to: b.py
@@
*** Add File: c d.py
*** Delete File: e.py
*** End Patch
"""


@pytest.mark.parametrize(
    ("tool", "given_", "paths"),
    [
        ("Edit", {"file_path": "a.py"}, ("a.py",)),
        ("NotebookEdit", {"notebook_path": "n.ipynb"}, ("n.ipynb",)),
        ("write_file", {"file_path": "a.py", "content": "*** Update File: z.py"}, ("a.py",)),
        ("apply_patch", {"command": PATCH}, ("a.py", "b.py", "c d.py", "e.py")),
        ("Bash", {"command": ["apply_patch", PATCH]}, ("a.py", "b.py", "c d.py", "e.py")),
        ("Bash", {"command": "cat a.py"}, ()),
        ("Read", {"file_path": "a.py"}, ()),
        ("Edit", {"file_path": 3}, ()),
        ("Edit", {"file_path": "a\0b"}, ()),
        ("Edit", ["a.py"], ()),
    ],
)
def test_files_that_a_tool_edits(tool, given_, paths):
    assert edited(tool, given_) == paths


def test_no_more_than_so_many_files():
    patch = "*** Begin Patch\n" + "".join(f"*** Add File: f{at}\n" for at in range(99))
    assert len(edited("apply_patch", {"input": patch})) == MOST_PATHS


def test_words_that_may_be_paths():
    prompt = "Look at @src/pay.py, `docs/a-b.md` and ./x/y/ (not /etc/passwd, ../up or e.g. v1.2); see README.md."
    assert paths_in(prompt) == ("src/pay.py", "docs/a-b.md", "x/y/", "e.g", "v1.2", "README.md")
