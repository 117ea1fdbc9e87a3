"""Each payload through each door to an agent: what others wrote arrives quoted, with a caution, or not at all."""
# ruff: noqa: PLC0415 (what needs a server must be found where none is installed)

import asyncio
import json
import os
import re
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import cli
from specs.access import Role
from specs.errors import UserError
from specs.hygiene.characters import hidden
from specs.hygiene.lures import lures
from sync.contexts.kept import KeptBundles, Source
from sync.contexts.wanted import Wanted
from sync.rules.formats import FORMATS
from tests.app.cli.hook_samples import edit, said
from tests.app.embedding import serving
from tests.drift.service.made import Recorder, finding
from tests.factories import Clock
from tests.repositories import Repo
from tests.sync.contexts.payloads import PAYLOADS, SAY, SHAPES, VISIBLE

HEADER = re.compile(r"begin with \[([0-9a-f]{16}) are Holdfast's")
TAG = re.compile(r"case(\d{3})x")
ROOT = Path(__file__).resolve().parents[2]
NAMES = list(PAYLOADS)
EVERY = set(NAMES)
# What leaves a code block open would take in whatever stands below it: one of these ends each group.
LAST = list(SHAPES)
FIRST = [name for name in NAMES if name not in SHAPES]
GROUPS = [FIRST[at::9] + LAST[at : at + 1] for at in range(9)]
GROUPED = range(len(GROUPS))
# A server takes no text with what only machines read, or what turns the direction of what people read.
REFUSED = frozenset({"override", "isolate", "tags"})
SERVED = EVERY - REFUSED
# Inside of a line they open nothing.
FENCES = ("open fence", "fence in a fence", "tilde fence")


def tagged(name: str) -> str:
    return f"case{NAMES.index(name):03}x"


def payload(name: str) -> str:
    return PAYLOADS[name].replace("{mark}", "0" * 16).replace("{first}", "0" * 8).replace("{second}", "0" * 8)


def line(name: str) -> str:
    """A payload where one line is all there is room for."""
    return " ".join(f"{tagged(name)} {payload(name)}".split()).replace("\x1b", "").replace("\x08", "")[:190]


def rule(name: str, group: int) -> str:
    body = payload(name)
    return f"\n## Rule {tagged(name)}\n\nThe zebra of group{group} MUST stay: {tagged(name)}.\n\n{body}\n"


def spec(group: int, without: frozenset[str] = frozenset()) -> str:
    rules = "".join(rule(name, group) for name in GROUPS[group] if name not in without)
    return f'---\ncovers: ["src/g{group}.py"]\n---\n# Group{group}\n{rules}'


def check(name: str) -> str:
    """An invariant that does not hold, and says the payload to whoever breaks it."""
    made = {"id": f"no-{tagged(name)}", "kind": "pattern", "regex": tagged(name), "fix": payload(name)}
    return f"\n```yaml invariant\n{json.dumps(made, ensure_ascii=False)}\n```\n"


def cases(text: str) -> set[str]:
    return {NAMES[int(found)] for found in TAG.findall(text)}


def plain(found: set[str]) -> bool:
    """Say whether of payloads nothing is left but words that nobody takes for more, once what is unseen is gone."""
    return not found & VISIBLE.keys()


def unseen(text: str) -> bool:
    """Say whether a text is of payloads that are gone but for their plain words."""
    return bool(cases(text)) and plain(cases(text))


def told(text: str, *harmless: str) -> set[str]:
    """Hold an answer against what each door promises, and give the payloads that it quotes."""
    assert not hidden(text)
    found = HEADER.search(text)
    if found is None:
        assert SAY not in text
        return set()
    mark, outside, quoted = found[1], [], []
    for row in text.split("\n"):
        ours = row.startswith(f"[{mark} ")
        if ours and row.startswith((f"[{mark} unchanged", f"[{mark} end of inferred]")):
            continue
        if ours and row == f"[{mark} end]":
            quoted[-1][2] = False
        elif ours and not row.startswith(f"[{mark} inferred"):
            quoted.append([row, "", True])
        elif quoted and quoted[-1][2]:
            quoted[-1][1] += f"{row}\n"
        else:
            outside.append(row)
    assert SAY not in "\n".join(outside)
    assert not cases("\n".join(outside))
    seen: set[str] = set()
    for opening, body, still in quoted:
        assert not still, "each quotation ends"
        assert SAY not in opening
        here = set() if "left out" in opening else cases(body)
        assert SAY not in body or (here and plain(here - {*harmless})) or "caution: holds" in opening, (opening, body)
        seen |= here
    return seen


@pytest.fixture(scope="module")
def nest(tmp_path_factory):
    """A repository whose specs hold all payloads: in sections, in names, and in what invariants say."""
    repo = Repo(tmp_path_factory.mktemp("nest") / "repo")
    files: dict[str, str | bytes] = {f"docs/specs/g{at}.md": spec(at) for at in range(len(GROUPS))}
    files |= {f"src/g{at}.py": "X = 1\n" for at in range(len(GROUPS))}
    repo.commit(files)
    return repo


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("SERVER", "PROJECT", "TOKEN"):
        monkeypatch.delenv(f"HOLDFAST_{name}", raising=False)

    def run(*words: str, at: Repo, say: object = None) -> str:
        monkeypatch.chdir(at.root)
        result = CliRunner().invoke(cli, list(words), input=None if say is None else json.dumps(say))
        assert result.exit_code == 0, result.output
        return str(result.stdout)

    def hook(at: Repo, event: str, *words: str, **more: object) -> str:
        answer = run("hook", event, *words, at=at, say=said(event, cwd=str(at.root), **more))
        return str(json.loads(answer)["hookSpecificOutput"]["additionalContext"]) if answer else ""

    run.hook = hook
    return run


def test_the_context_of_a_repository(run, nest):
    assert told(run("context", "zebra", "--budget", "100000", at=nest)) == EVERY
    answer = json.loads(run("context", "zebra", "--budget", "100000", "--format", "json", at=nest))
    assert told(answer["markdown"]) == EVERY
    for one in answer["passages"]:
        assert not hidden(one["text"])
        assert SAY not in one["text"] or one.get("cautions") or unseen(one["text"])


def test_hooks_of_a_repository(run, nest):
    def every(event, **more):
        return set().union(*(told(run.hook(nest, event, session_id=f"{at}", **more_of(at, more))) for at in GROUPED))

    def more_of(at, more):
        return {name: one(at) if callable(one) else one for name, one in more.items()}

    assert every("UserPromptSubmit", prompt=lambda at: f"zebra of group{at} in src/g{at}.py") == EVERY
    assert every("SubagentStart", agent_id="a-1", agent_type="Explore") == EVERY
    assert every("SessionStart", source="compact") == EVERY
    seen = set()
    for at in GROUPED:
        before = edit("Edit", f"src/g{at}.py")
        seen |= told(run.hook(nest, "PreToolUse", session_id=f"before {at}", **before))
    assert len(seen) >= 60, "half of the budget of a prompt"


def test_what_checks_say_after_an_edit(run, tmp_path):
    repo = Repo(tmp_path / "repo")
    files: dict[str, str | bytes] = {}
    for at, names in enumerate(GROUPS):
        files[f"docs/specs/g{at}.md"] = f"# Group{at}\n{''.join(map(check, names))}"
        files[f"src/g{at}.py"] = "X = 1\n"
    repo.commit(files)
    run.hook(repo, "SessionStart", source="startup")
    for at, names in enumerate(GROUPS):
        repo.write({f"src/g{at}.py": "".join(f"# {tagged(name)}\n" for name in names)})
    seen = set()
    for at in GROUPED:
        seen |= told(run.hook(repo, "PostToolUse", session_id=f"{at}", **edit("Edit", f"src/g{at}.py")))
    assert len(seen) >= 60
    seen = set()
    for at in GROUPED:
        given = run("context", "--path", f"src/g{at}.py", "--budget", "100000", at=repo)
        seen |= told(given, *FENCES)
    assert seen == EVERY


def test_names_at_the_start_of_a_session_and_in_rules(run, tmp_path):
    repo = Repo(tmp_path / "repo")
    files: dict[str, str | bytes] = {}
    for name in NAMES:
        front = json.dumps({"title": line(name), "covers": [f"src/{tagged(name)} {payload(name)}"]})
        files[f"docs/specs/{tagged(name)}.md"] = f"---\n{front[1:-1]}\n---\n# {line(name)}\n\nIt MUST stay.\n"
    repo.commit(files)
    assert told(run.hook(repo, "SessionStart", "--budget", "2000", source="startup"))
    for form in FORMATS:
        run("export", form.name, at=repo)
    rules = read_rules(repo)
    assert cases("".join(rules)) == EVERY
    for text in rules:
        assert not hidden(text)
        for row in text.split("\n"):
            assert not lures(row) or "caution: holds" in row or row.startswith(NAMED), row


# Lines of rule files that say which files a rule is for, in the client's own form.
NAMED = ("description: ", "globs: ", "applyTo: ", "  - ", "<!-- holdfast:made from docs/specs/", "From `docs/specs/")


def read_rules(repo: Repo) -> list[str]:
    files = [repo.root / "AGENTS.md", repo.root / "llms.txt"]
    files += [place for folder in (".claude", ".cursor", ".github") for place in (repo.root / folder).rglob("*.*")]
    return [place.read_text("utf-8") for place in files if place.is_file()]


def test_rules_quote_what_speaks_to_a_machine(run, nest):
    for form in FORMATS:
        run("export", form.name, at=nest)
    for text in read_rules(nest):
        assert not hidden(text)
        for part in re.split(r"(?m)^##+ |^More in ", text)[1:]:
            loose = [row for row in part.split("\n") if SAY in row and not row.startswith("> ")]
            if SAY in part and not unseen(part):
                assert not loose, part
                assert "> *(caution: holds " in part, part
    nest.git("clean", "-qfd")


def test_what_was_kept_of_a_server_that_is_away(run, nest, tmp_path):
    place = {"revision": "ab" * 32, "provenance": "explicit", "why": "words", "kind": "section", "score": 1}
    forged = [
        {
            **place,
            "spec": f"g{at}.md",
            "anchor": tagged(name),
            "heading": f"Zebra {tagged(name)}",
            "text": payload(name),
        }
        for at, names in enumerate(GROUPS)
        for name in names
    ]
    wanted = Wanted("zebra", (), 100_000, ())
    source = Source("http://127.0.0.1:9", "shop", str(nest.root.resolve()))
    from app.settings import current

    KeptBundles(current().private_dir, time.time()).keep(source, wanted, {"passages": forged, "markdown": ""})
    words = ("--server", "http://127.0.0.1:9", "--project", "shop")
    stale = run("context", "zebra", "--budget", "100000", *words, at=nest)
    assert "Stale: " in stale
    assert told(stale) == EVERY
    assert told(run("context", "zebra case001x", "--budget", "99999", *words, at=nest)) == EVERY, "of another question"
    hooked = run.hook(nest, "UserPromptSubmit", *words, prompt="zebra case001x")
    assert told(hooked)


@asynccontextmanager
async def agent(address, token, mode):
    """The SDK's own client, at a server in this process."""
    import httpx2
    from mcp.client import Client
    from mcp.client.streamable_http import streamable_http_client

    headers = {"authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


@asynccontextmanager
async def started(at, mode, **settings):
    """The SDK's own client, at a process of ours that it starts in a repository."""
    from mcp.client import Client
    from mcp.client.stdio import StdioServerParameters

    env = {"PATH": os.environ["PATH"]} | {f"HOLDFAST_{name}": value for name, value in settings.items()}
    words = [str(ROOT / "holdfast.py"), "mcp"]
    process = StdioServerParameters(command=sys.executable, args=words, cwd=str(at.root), env=env)
    async with Client(process, mode=mode) as client:
        yield client


async def text(client, name, **arguments):
    answer = await client.call_tool(name, arguments)
    return str(answer.content[0].text)


async def test_a_server_over_http_hooks_and_both_eras(  # noqa: PLR0913, PLR0917 (a server, and a repository beside it)
    town, url, tmp_path, log, run, nest, monkeypatch
):
    import httpx

    del log
    admin, world, project = town.people[Role.ADMIN], town.world, town.project
    for at in GROUPED:
        await world.library.create(admin, project.id, f"g{at}.md", spec(at, REFUSED))
    for name in REFUSED:
        with pytest.raises(UserError):
            await world.library.create(admin, project.id, "refused.md", rule(name, 0))
    world.clock, world.ada, world.project = Clock(), admin, project
    recorder = await Recorder(world).prepare()
    found = [finding(payload(name) + tagged(name), path=f"src/g{at}.py") for at in GROUPED for name in GROUPS[at]]
    await recorder.check(*found)
    token = await town.token(Role.EDITOR)
    headers = {"authorization": f"Bearer {token}"}
    async with serving(url, tmp_path) as address:
        async with httpx.AsyncClient(base_url=f"{address}/api/v1/projects/payments", headers=headers) as http:
            await others(http)
            answer = (await http.post("/context", json={"task": "zebra", "budget": 100_000})).json()
            assert told(answer["markdown"], *FENCES) >= SERVED
            for one in answer["passages"]:
                assert SAY not in one["text"] or one.get("cautions") or unseen(one["text"])
            seen = set()
            for at in GROUPED:
                body = said("UserPromptSubmit", session_id=f"{at}", prompt=f"zebra group{at} stays group{at}")
                hooked = (await http.post("/hooks/claude-code", json=body)).json()
                seen |= told(hooked["hookSpecificOutput"]["additionalContext"])
            assert len(seen) >= 60
        for mode in ("auto", "legacy"):
            async with agent(address, token, mode) as client:
                await both_eras(client)
        named = {"SERVER": address, "PROJECT": "payments", "TOKEN": token}
        async with started(nest, "legacy", **named) as client:
            await both_eras(client, set())
        for name, value in named.items():
            monkeypatch.setenv(f"HOLDFAST_{name}", value)
        given = await asyncio.to_thread(run, "context", "zebra", "--budget", "100000", at=nest)
        assert told(given) >= SERVED


async def test_a_process_that_a_client_starts_in_a_repository(tmp_path):
    repo = Repo(tmp_path / "repo")
    files: dict[str, str | bytes] = {f"docs/specs/g{at}.md": spec(at) for at in GROUPED}
    repo.commit(files)
    for at, names in enumerate(GROUPS):
        repo.write({f"docs/specs/c{at}.md": f"# Checks\n{''.join(map(check, names))}"})
        repo.write({f"src/g{at}.py": "".join(f"# {tagged(name)}\n" for name in names)})
    async with started(repo, "auto") as client:
        assert told(await text(client, "get_spec_context", task="zebra", budget=100_000)) == EVERY
        seen = set()
        for at in GROUPED:
            seen |= told(await text(client, "get_spec_section", section=f"docs/specs/g{at}.md", budget=50_000))
        assert seen == EVERY
        drift = told(await text(client, "check_drift", paths=["src/g0.py", "src/g1.py"]), *FENCES)
        assert len(drift) > len(GROUPS[0])
        uris = [one.uri for one in (await client.list_resources()).resources]
        read = (await client.read_resource(uris[-1])).contents[0].text
        assert told(read) == set(GROUPS[-1])
        assert "c0.md is new" in await text(client, "list_spec_changes")


async def others(http):
    """What others say besides specs: intents of tasks, titles of proposals."""
    for name in NAMES[::4]:
        body = {"intent": line(name), "paths": ["src/g0.py"], "claim": True}
        assert (await http.post("/tasks", json=body)).status_code == 201, name
    head = (await http.get("/specs/by-path/g0.md")).json()
    for name in NAMES[::9]:
        change = [{"spec": head["id"], "text": f"# {tagged(name)}\n"}]
        made = await http.post("/proposals", json={"title": line(name), "changes": change, "wait": True})
        assert made.status_code in {201, 202}, made.text


async def both_eras(client, drift=EVERY):
    """`drift` is what a check tells: a process checks the working tree beside it."""
    listed = (await client.list_resources()).resources
    assert len(listed) == len(GROUPS) + 1
    assert told(await text(client, "get_spec_context", task="zebra", budget=100_000)) >= SERVED
    seen: dict[str, set[str]] = {name: set() for name in ("section", "resource", "drift")}
    for at in GROUPED:
        seen["section"] |= told(await text(client, "get_spec_section", section=f"g{at}.md", budget=50_000))
        seen["drift"] |= told(await text(client, "check_drift", paths=[f"src/g{at}.py"]), *FENCES)
    claimed = await client.call_tool("report_intent", {"action": "claim", "intent": "go", "paths": ["src/g0.py"]})
    assert len(told(claimed.content[0].text)) >= len(NAMES[::4])
    handle = claimed.meta["holdfast/claim"]
    told(await text(client, "report_intent", action="finish", claim=handle, intent="done"))
    for one in listed:
        seen["resource"] |= told((await client.read_resource(one.uri)).contents[0].text)
    assert (seen["section"], seen["resource"], seen["drift"]) == (SERVED, SERVED, drift)
    assert len(told(await text(client, "list_spec_changes"))) == len(NAMES[::9])
