"""Fifty keys are found, named without being shown, and let through by name; what is like one is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.hygiene.reports import refusal_of_secrets
from specs.hygiene.secrets import masked, secrets_in
from tests.specs.hygiene.samples import LANGUAGES, NO_SECRETS, SECRETS


def test_there_are_enough_samples() -> None:
    assert len(SECRETS) >= 50


@pytest.mark.parametrize(
    "frame", ["{}\n", "# A\n\nUse {} here.\n", "```sh\n{}\n```\n", "- key: `{}`\n", "| a | {} |\n"]
)
@pytest.mark.parametrize("name", SECRETS)
def test_a_key_is_found_wherever_it_stands(name: str, frame: str) -> None:
    text = frame.format(SECRETS[name])
    found = secrets_in(text)
    assert len(found) == 1
    problem = refusal_of_secrets(found)
    assert problem is not None
    secret = text[found[0].start : found[0].end]
    for shown in (problem.message, problem.hint, found[0].id):
        assert secret not in shown
        assert secret[-8:] not in shown
    assert found[0].line == text.count("\n", 0, text.index(secret)) + 1
    assert masked(text, {found[0].id}) == (text, ())


@pytest.mark.parametrize(
    "table",
    [
        "| `db_password` | {} |\n",
        "| user | password |\n| --- | --- |\n| bob | {} |\n",
        "| API token | of |\n|:-:|---|\n| a | b |\n| `{}` | x |\n",
        "user | Client-Secret\n-- | --\nbob | {}\n",
    ],
)
def test_a_cell_beside_or_below_a_name_is_looked_at(table: str) -> None:
    text = table.format("q8Zr4LmT1vKp9wXc")
    (found,) = secrets_in(text)
    assert text[found.start : found.end] == "q8Zr4LmT1vKp9wXc"
    for other in ("--space-4", "The token of the page", "`payments.charge`", "sha256", "see below", "4.12.0-rc1"):
        assert secrets_in(table.format(other)) == ()


@pytest.mark.parametrize("name", NO_SECRETS)
def test_what_is_like_a_key_is_left_alone(name: str) -> None:
    assert secrets_in(f"# A\n\nText {NO_SECRETS[name]} more.\n") == ()


@pytest.mark.parametrize("name", LANGUAGES)
def test_prose_holds_no_secret(name: str) -> None:
    assert secrets_in(LANGUAGES[name]) == ()


def test_several_are_told_together() -> None:
    text = "\n\n".join(SECRETS.values())
    problem = refusal_of_secrets(secrets_in(text))
    assert problem is not None
    assert f"and {len(SECRETS) - 1} more" in problem.message


def test_masking_keeps_the_lines() -> None:
    text = f"a\n{SECRETS['rsa key']}\nb\n"
    plain, names = masked(text)
    assert plain.count("\n") == text.count("\n")
    assert names == (secrets_in(text)[0].id,)


@given(st.text(max_size=80))
def test_masked_text_holds_no_secret(text: str) -> None:
    assert secrets_in(masked(text)[0]) == ()


@pytest.mark.parametrize(
    "piece", ["a.", "password=", "-----BEGIN PRIVATE KEY-----\n ", "aws secret ", "eyJ", "sk-", "x://a:"]
)
def test_hostile_repetition_comes_to_an_end(piece: str) -> None:
    secrets_in(piece * (200_000 // len(piece)))
