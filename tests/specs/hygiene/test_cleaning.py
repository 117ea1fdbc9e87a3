"""None of sixty payloads reaches an agent, and honest text reaches it as it is."""

import pytest

from specs.hygiene.characters import hidden
from specs.hygiene.cleaning import cleaned
from specs.hygiene.secrets import secrets_in
from tests.specs.hygiene.samples import CONCEALED_PAYLOADS, HIDDEN_PAYLOADS, LANGUAGES, SAY, SECRETS


def test_there_are_enough_payloads() -> None:
    assert len(HIDDEN_PAYLOADS) + len(CONCEALED_PAYLOADS) >= 60


@pytest.mark.parametrize("name", CONCEALED_PAYLOADS)
def test_concealed_words_are_taken_out(name: str) -> None:
    made = cleaned(CONCEALED_PAYLOADS[name])
    assert SAY not in made.text
    assert SAY.replace(" ", "-") not in made.text
    assert made.hidden


@pytest.mark.parametrize("name", HIDDEN_PAYLOADS)
def test_unseen_characters_are_taken_out(name: str) -> None:
    made = cleaned(HIDDEN_PAYLOADS[name])
    assert hidden(made.text) == ()
    assert made.hidden


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_are_masked(name: str) -> None:
    text = f"# A\n\nSome text {SECRETS[name]} and more.\n"
    (secret,) = secrets_in(text)
    made = cleaned(text)
    assert made.masked == 1
    assert text[secret.start : secret.end] not in made.text
    assert secrets_in(made.text) == ()


MARKED = {"arabic with a mark", "arabic letter mark", "arabic with latin isolated", "arabic embedded"}
MARKED |= {"hebrew with a mark", "hebrew with latin", "arabic numbers"}


@pytest.mark.parametrize("name", sorted(LANGUAGES.keys() - MARKED))
def test_honest_text_stays_as_it_is(name: str) -> None:
    made = cleaned(LANGUAGES[name])
    assert (made.text, made.hidden, made.masked) == (LANGUAGES[name], 0, 0)


@pytest.mark.parametrize("name", sorted(MARKED))
def test_marks_of_direction_mean_nothing_to_a_machine_and_go(name: str) -> None:
    assert hidden(cleaned(LANGUAGES[name]).text) == ()
