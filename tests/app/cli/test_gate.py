"""`holdfast gate`: a decision looked at, decided on, and verified by a later step with no server."""

import json
from pathlib import Path
from typing import Any

import pytest

from specs.access import SERVER, Role
from specs.signing import Signer
from tests.app.cli.conftest import Command
from tests.app.cli.test__gate import CODE, DRIFT, SPEC
from tests.app.conftest import Town
from tests.repositories import Repo

REVIEWED = """# Policies

```yaml policy
id: checks-broken
event: check
when: verdict == "broken"
then: review 1 from reviewer
why: Somebody looks at drift before it ships.
```
"""


@pytest.fixture
async def gated(town: Town, repo: Repo, command: Command, tmp_path: Path) -> dict[str, Any]:
    """A commit with drift that waits for approval; what its check wrote, and the keys of the server in a file."""
    library, home = town.world.library, town.project.id
    await library.create(town.people[Role.ADMIN], home, "shop.md", SPEC)
    await library.create(SERVER, home, "policies.md", REVIEWED)
    repo.commit(CODE)
    repo.commit(DRIFT)
    file = tmp_path / "decision.json"
    words = ("--repository", "acme/shop", "--decision", str(file))
    import os  # noqa: PLC0415 (the address is in the environment by now)

    done = await command("check", str(repo.root), "--server", os.environ["HOLDFAST_SERVER"], *words)
    assert done.exit_code == 1
    (tmp_path / "keys").write_text((await command("gate", "keys")).stdout)
    decision: dict[str, Any] = json.loads(file.read_text())
    return decision | {"file": file, "keys": tmp_path / "keys"}


def opens(gated: dict[str, Any], token: str, **other: str) -> tuple[str, ...]:
    commit, repository = other.get("commit", gated["commit"]), other.get("repository", "acme/shop")
    return (
        "gate", "verify", token, "--repository", repository, "--commit", commit, "--key", str(gated["keys"])
    )  # fmt: skip


async def test_a_person_reads_approves_and_the_deployment_opens(command: Command, gated: dict[str, Any]) -> None:
    ref = gated["id"]
    shut = await command(*opens(gated, f"@{gated['file']}"))
    assert (shut.exit_code, "not a decision token" in shut.stderr) == (1, True)
    shown = (await command("gate", "show", ref)).stdout
    assert "acme/shop" in shown
    assert "wanted: 1 from reviewer" in shown
    assert "shop.domain" in shown
    digest = gated["digest"][:12]
    assert "Name its digest" in (await command("gate", "approve", ref, who=Role.REVIEWER)).stderr.replace(
        "name", "Name"
    )
    assert (
        "not what you read" in (await command("gate", "approve", ref, "--digest", "0" * 12, who=Role.REVIEWER)).stderr
    )
    assert (await command("gate", "approve", ref, "--digest", digest)).exit_code == 2, "an editor may not"
    assert "there is no token" in (await command("gate", "token", ref)).stderr
    done = await command("gate", "approve", ref, "--digest", digest, "-m", "Once.", who=Role.REVIEWER)
    assert done.stdout.endswith(": passed.\n")
    token = (await command("gate", "token", ref)).stdout.strip()
    assert (await command(*opens(gated, token))).exit_code == 0
    assert json.loads((await command(*opens(gated, token), "--format", "json")).stdout)["valid"] is True
    listed = (await command("gate", "list", "--state", "passed")).stdout
    assert ref in listed
    why = await command("gate", "refuse", ref, "--digest", digest, "--because", "Not now.", who=Role.REVIEWER)
    assert why.stdout.endswith(": failed.\n")
    assert "Once." in (await command("gate", "show", ref)).stdout


async def test_every_token_that_is_not_the_right_one_stays_shut(
    command: Command, gated: dict[str, Any], tmp_path: Path
) -> None:
    ref, digest = gated["id"], gated["digest"]
    await command("gate", "approve", ref, "--digest", digest, who=Role.REVIEWER)
    token = (await command("gate", "token", ref)).stdout.strip()
    other = await command(*opens(gated, token, commit="cd" * 20))
    assert (other.exit_code, "for the commit" in other.stderr) == (1, True)
    other = await command(*opens(gated, token, repository="acme/other"))
    assert (other.exit_code, "for the repository acme/shop" in other.stderr) == (1, True)
    header, payload, signature = token.split(".")
    altered = await command(*opens(gated, f"{header}.{payload[:-2]}AA.{signature}"))
    assert (altered.exit_code, "altered" in altered.stderr) == (1, True)
    strangers = tmp_path / "strangers"
    strangers.write_text(f"{Signer('holdfast', bytes(32)).verifier}\n")
    unknown = await command(*opens({**gated, "keys": strangers}, token))
    assert (unknown.exit_code, "not believed here" in unknown.stderr) == (1, True)
    strangers.write_text("no key\n")
    assert (await command(*opens({**gated, "keys": strangers}, token))).exit_code == 2
    server = await command(*opens(gated, token)[:-2], "--project", "payments", "--specs", gated["specs"])
    assert server.exit_code == 0, "the server named in the environment gives its keys"
    (tmp_path / "token").write_text(token)
    assert (await command(*opens(gated, f"@{tmp_path / 'token'}"))).exit_code == 0
    assert (await command(*opens(gated, "@/nowhere"))).exit_code == 2
