"""`holdfast related`: what is proposed, and what people say of it."""

import json

from click.testing import CliRunner

from app.cli import cli
from specs.access import Role
from tests.app.api.test_related import coded

__all__ = ["coded"]


async def test_related_code_is_listed_and_decided_on(command, coded):
    assert coded
    listed = await command("related", "shop.md#refunds", who=Role.READER)
    assert "shop/pay.py:3  pay_refund" in listed.output, listed.output
    assert "words of its name" in listed.output
    assert "Meaning was not searched" in listed.stderr
    code = "shop/pay.py#pay_refund"
    assert (await command("related", "shop.md#refunds", "--confirm", code, who=Role.EDITOR)).exit_code != 0
    done = await command("related", "shop.md#refunds", "--confirm", code, "--because", "read", who=Role.REVIEWER)
    assert f"shop.md#refunds speaks about {code} (by " in done.output, done.output
    assert "confirmed  shop.md#refunds" in (await command("related", "shop/pay.py")).output
    assert "speaks about" in (await command("related", "--decided")).output
    taken = await command("related", "shop.md#refunds", "--withdraw", code, who=Role.REVIEWER)
    assert "nothing is decided" in taken.output
    assert "Nothing is decided" in (await command("related", "--decided")).output


async def test_what_makes_no_sense_is_told(command, coded):
    assert coded
    for words in ((), ("shop.md#refunds", "--confirm", "a", "--reject", "b"), ("nothing.py",), ("shop.md#x",)):
        done = await command("related", *words)
        assert done.exit_code == 2, words
        assert "hint" in done.output + done.stderr, words


def test_without_a_server_the_repository_answers_and_says_what_it_cannot(repo, monkeypatch):
    spec = "# Shop\n\n## Refunds\n\nA refund is paid within ten days.\n"
    repo.commit({"docs/specs/shop.md": spec, "shop/pay.py": "def pay_refund() -> None: ...\n"})
    monkeypatch.chdir(repo.root)
    for name in ("SERVER", "PROJECT", "TOKEN"):
        monkeypatch.delenv(f"HOLDFAST_{name}", raising=False)

    def run(*words):
        return CliRunner().invoke(cli, ["related", *words])

    told = run("docs/specs/shop.md#refunds")
    assert "shop/pay.py:1  pay_refund" in told.stdout
    assert "Meaning was not searched, only words." in told.stderr
    assert json.loads(run("pay_refund", "--format", "json").stdout)["sections"][0]["section"].endswith("#refunds")
    assert run("shop.md#nothing").exit_code == 2
    assert "Which server?" in run("shop.md#refunds", "--confirm", "shop/pay.py").stderr
