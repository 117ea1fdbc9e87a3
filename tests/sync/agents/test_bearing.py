"""Prompts that only steer a session are about nothing; of the others, what they are about decides what is told."""

import pytest

from sync.agents.bearing import about, bears_on_files, subjects
from sync.contexts.context import Passage, PassageKind


@pytest.mark.parametrize(
    "prompt",
    [
        "Please run the tests again and fix the failing one.",
        "thanks, looks good. commit it",
        "What does this function do?",
        "yes",
        "Go on!",
        "lgtm, push",
        "danke, weiter",
        "",
    ],
)
def test_steering_is_about_nothing(prompt):
    assert not subjects(prompt)


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("Fix refunds", {"refund"}),
        ("can you make the tests of billing pass again?", {"bill", "pass"}),
        ("返金", {"返金"}),
        ("rename foo", {"foo"}),
    ],
)
def test_a_prompt_is_about_its_other_words(prompt, found):
    assert subjects(prompt) == found


def passage(text="Tests run again.", why="words of the task", kind=PassageKind.SECTION) -> Passage:
    return Passage(kind, "shop.md", "a", "Rules", "ab", "", "", "explicit", 1.0, why, text)


def test_what_shares_only_the_other_words_is_left_out():
    bears = about("run the tests of refunds again")
    assert not bears(passage())
    assert bears(passage("A refund is paid once."))
    assert bears(passage(why="words of the task; meaning of the task"))
    assert bears(passage(why="covers src/pay.py; words of the task"))
    assert bears(passage(kind=PassageKind.INVARIANT))
    assert not bears_on_files(passage("A refund is paid once."))
    assert bears_on_files(passage(why="covers src/pay.py"))
