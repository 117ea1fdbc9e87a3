"""`holdfast hook`, as clients call it: what they send, what they take, and what a session is told once."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import jsonschema
import pytest
from click.testing import CliRunner

from app.cli import cli
from sync.contexts.bundle import tokens
from tests.app.cli.hook_samples import FILES, SPEC, edit, output_schema, said


@pytest.fixture
def ask(repo, tmp_path, monkeypatch):
    repo.commit(FILES)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    for name in ("SERVER", "PROJECT", "TOKEN"):
        monkeypatch.delenv(f"HOLDFAST_{name}", raising=False)

    def invoke(event: str, *words: str, **payload: object) -> str:
        value = said(event, cwd=str(repo.root), **payload)
        result = CliRunner().invoke(cli, ["hook", event, *words], input=json.dumps(value))
        assert result.exit_code == 0, result.output
        if not result.stdout:
            return str(result.stderr)
        answer = json.loads(result.stdout)
        if not words:
            jsonschema.validate(answer, output_schema(event, "reason", "decision"))
            return str(answer["hookSpecificOutput"]["additionalContext"])
        return result.stdout

    return invoke


def test_a_prompt_is_answered_once(ask):
    first = ask("UserPromptSubmit", prompt="make refunds quicker")
    assert first.startswith("Holdfast spec context (reference, not a task)")
    assert "within ten days" in first
    assert "parcel" not in first
    assert tokens(first) <= 2000
    assert len(first) <= 9500
    assert ask("UserPromptSubmit", prompt="make refunds quicker") == ""
    second = ask("UserPromptSubmit", prompt="refunds of a parcel from the warehouse")
    assert "on the day it is ordered" in second
    assert "within ten days" not in second
    assert "within ten days" in ask("UserPromptSubmit", prompt="make refunds quicker", session_id="s-2")


@pytest.mark.parametrize("prompt", ["yes", "ok!", "/compact", "", "zzz qqq xxx", "Thanks, make it so and commit"])
def test_a_prompt_that_asks_for_nothing_is_told_nothing(ask, prompt):
    assert ask("UserPromptSubmit", prompt=prompt) == ""


def test_a_changed_section_is_told_again(ask, repo):
    ask("UserPromptSubmit", prompt="make refunds quicker")
    repo.write({"docs/specs/shop.md": SPEC.replace("ten days", "nine days")})
    told = ask("UserPromptSubmit", prompt="make refunds quicker")
    assert "within nine days" in told
    assert "changed since it was told]" in told


def test_why_nothing_is_told_is_said_to_whoever_looks_for_it(ask, monkeypatch):
    monkeypatch.setenv("HOLDFAST_DEBUG", "1")
    ask("UserPromptSubmit", prompt="make refunds quicker")
    whys = {"make refunds quicker": "the session knows it already", "go on": "the prompt only steers the session"}
    for prompt, why in {**whys, "zebra stripes": "nothing that specs say bears on it"}.items():
        assert ask("UserPromptSubmit", prompt=prompt) == f"holdfast: nothing to tell at prompt: {why}\n"


def test_paths_in_a_prompt_bring_what_governs_them(ask):
    ask("SessionStart", source="startup")
    told = ask("UserPromptSubmit", prompt="look at @shop/domain.py and ../../etc/passwd and shop/none.py")
    assert "id: shop-layers" in told
    assert "covers shop/domain.py" in told


def test_a_session_begins_with_what_there_is(ask):
    told = ask("SessionStart", source="startup")
    assert "- docs/specs/shop.md (1 invariant; covers shop/**)" in told, (
        "a title that says no more than the path is left out"
    )
    assert ask("SessionStart", source="resume") == ""


def test_after_compaction_the_same_is_told_again(ask):
    ask("UserPromptSubmit", prompt="make refunds quicker")
    assert "within ten days" in ask("SessionStart", source="compact")
    assert ask("UserPromptSubmit", prompt="make refunds quicker") == ""


def test_after_clear_the_task_is_forgotten_too(ask):
    ask("UserPromptSubmit", prompt="make refunds quicker")
    told = ask("SessionStart", source="clear")
    assert "within ten days" not in told
    assert "- docs/specs/shop.md (1 invariant" in told
    assert "within ten days" in ask("UserPromptSubmit", prompt="make refunds quicker")


def test_before_an_edit_the_invariants_of_the_file_are_told_once(ask, repo):
    told = ask("PreToolUse", **edit("Edit", str(repo.root / "shop/domain.py")))
    assert "id: shop-layers" in told
    assert ask("PreToolUse", **edit("Write", str(repo.root / "shop/domain.py"))) == ""
    assert ask("PreToolUse", **edit("Write", "shop/web.py")) == ""
    assert "id: shop-layers" in ask("PreToolUse", **edit("Write", "shop/new.py"), session_id="s-2")


def test_a_name_that_shares_words_with_a_section_is_no_reason_to_tell_it(ask):
    assert ask("PreToolUse", **edit("Write", "lib/refunds.py")) == ""


def test_a_patch_names_its_files(ask):
    patch = "*** Begin Patch\n*** Update File: shop/domain.py\n@@\n-X = 1\n+X = 2\n*** End Patch"
    given = {"tool_name": "apply_patch", "tool_use_id": "u", "tool_input": {"command": patch}}
    assert "id: shop-layers" in ask("PreToolUse", **given)


@pytest.mark.parametrize(
    "given",
    [
        edit("Read", "shop/domain.py"),
        edit("Edit", "/etc/passwd"),
        edit("Edit", "../outside.py"),
        {"tool_name": "Bash", "tool_input": {"command": "ls"}},
        {"tool_name": "Edit", "tool_input": None},
        {},
    ],
)
def test_other_tools_and_files_elsewhere_are_told_nothing(ask, given):
    assert ask("PreToolUse", **given) == ""
    assert ask("PostToolUse", **given) == ""


def test_after_an_edit_what_it_broke_is_told_once_and_that_it_is_mended(ask, repo):
    wrong = edit("Edit", str(repo.root / "shop/domain.py"))
    ask("SessionStart", source="startup")
    assert ask("PostToolUse", **wrong) == ""
    repo.write({"shop/domain.py": "import shop.web\n"})
    told = ask("PostToolUse", **wrong)
    assert "shop.domain imports shop.web" in told
    assert "did when the session began to edit" in told
    assert ask("PostToolUse", **wrong) == ""
    repo.write({"shop/domain.py": "X = 2\n"})
    assert "is gone" in ask("PostToolUse", **wrong)
    assert ask("PostToolUse", **wrong) == ""
    repo.write({"shop/domain.py": "import shop.web\n"})
    assert "shop.domain imports shop.web" in ask("PostToolUse", **wrong)


def test_a_check_that_came_too_late_is_told_at_the_next_hook(ask, repo, monkeypatch):
    ask("SessionStart", source="startup")
    monkeypatch.setattr("app.shell.hooked.Printer.deliver", lambda *_: False)
    repo.write({"shop/domain.py": "import shop.web\n"})
    ask("PostToolUse", **edit("Edit", "shop/domain.py"))
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(repo.root.parent / "cache"))
    told = ask("UserPromptSubmit", prompt="make refunds quicker")
    assert "shop.domain imports shop.web" in told
    assert "within ten days" in told
    assert ask("UserPromptSubmit", prompt="make refunds quicker") == ""


def test_what_the_lock_accepts_is_not_told_after_an_edit(ask, repo):
    repo.write(
        {"shop/domain.py": "import shop.web\n", "holdfast.lock": "shop-layers | shop.domain -> shop.web | frozen\n"}
    )
    assert ask("PostToolUse", **edit("Edit", "shop/domain.py")) == ""


def test_a_subagent_is_told_what_its_session_works_on(ask):
    ask("UserPromptSubmit", prompt="make refunds quicker")
    told = ask("SubagentStart", agent_id="a-1", agent_type="Explore")
    assert "within ten days" in told
    assert ask("SubagentStart", agent_id="a-1", agent_type="Explore") == ""
    assert "within ten days" in ask("SubagentStart", agent_id="a-2", agent_type="Explore")


SHAPES = [
    ("cursor", "beforeSubmitPrompt", {"continue", "additional_context"}),
    ("cursor", "sessionStart", {"additional_context"}),
    ("copilot", "sessionStart", {"additionalContext"}),
    ("gemini", "BeforeAgent", {"hookSpecificOutput"}),
    ("gemini", "SessionStart", {"hookSpecificOutput"}),
]


@pytest.mark.parametrize(("client", "event", "keys"), SHAPES)
def test_each_client_gets_its_own_shape(ask, client, event, keys):
    answer = json.loads(ask(event, "--client", client, prompt="make refunds quicker", source="startup"))
    assert set(answer) == keys
    specific = answer.get("hookSpecificOutput", {"hookEventName": event})
    assert specific["hookEventName"] == event


def test_a_client_that_drops_a_text_is_given_none(ask):
    assert ask("userPromptSubmitted", "--client", "copilot", prompt="make refunds quicker") == ""
    assert ask("BeforeTool", "--client", "gemini", **edit("replace", "shop/domain.py")) == ""


def test_compaction_announced_beforehand_forgets(ask):
    ask("BeforeAgent", "--client", "gemini", prompt="make refunds quicker")
    assert ask("PreCompress", "--client", "gemini", trigger="auto") == ""
    assert "ten days" in ask("BeforeAgent", "--client", "gemini", prompt="make refunds quicker")


def test_a_repository_without_specs_is_told_nothing(ask, repo):
    (repo.root / "docs/specs/shop.md").unlink()
    for event, more in (
        ("UserPromptSubmit", {"prompt": "make refunds quicker"}),
        ("SessionStart", {"source": "startup"}),
    ):
        assert ask(event, **more) == ""
    assert ask("PostToolUse", **edit("Edit", "shop/domain.py")) == ""


PASSAGE = {
    "kind": "section",
    "spec": "shop.md",
    "anchor": "refunds",
    "heading": "Refunds",
    "revision": "ab" * 32,
    "provenance": "explicit",
    "score": 1,
    "why": "words of the task",
    "text": "On the server a refund takes eight days.",
}


class Answering(BaseHTTPRequestHandler):
    """Answers with one passage, and keeps what it was asked."""

    asked: list[dict] = []  # noqa: RUF012 (one server a test)
    status = 200

    def do_POST(self):
        self.asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(json.dumps({"id": "1", "markdown": "intent", "passages": [PASSAGE]}).encode())

    def log_message(self, *_words):
        """Say nothing."""


def test_a_server_is_asked_and_while_it_is_away_what_it_said_is_told(ask, monkeypatch):
    monkeypatch.setattr("app.cli._hooks.SERVER_SECONDS", 20)
    monkeypatch.setattr(Answering, "status", 200)
    Answering.asked.clear()
    with HTTPServer(("127.0.0.1", 0), Answering) as opened:
        Thread(target=opened.serve_forever, daemon=True).start()
        monkeypatch.setenv("HOLDFAST_SERVER", f"http://127.0.0.1:{opened.server_port}")
        monkeypatch.setenv("HOLDFAST_PROJECT", "shop")
        assert "takes eight days" in ask("UserPromptSubmit", prompt="make refunds quicker")
        assert ask("UserPromptSubmit", prompt="make refunds quicker") == ""
        monkeypatch.setattr(Answering, "status", 503)
        told = ask("UserPromptSubmit", prompt="make refunds quicker", session_id="s-2")
        assert "takes eight days" in told
        assert "does not answer. This is what it last said" in told
        count = len(Answering.asked)
        local = ask("UserPromptSubmit", prompt="refunds of a parcel", session_id="s-2")
        assert "within ten days" in local
        assert "No answer came from the server" in local
        assert len(Answering.asked) == count, "for half a minute it is not asked again"
        opened.shutdown()
    assert Answering.asked[0]["task"] == "make refunds quicker"
