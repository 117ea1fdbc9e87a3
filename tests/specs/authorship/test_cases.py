"""Histories whose every word was labelled by hand: how many of the labels does the attribution give?"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from specs.authorship.attribution import Attribution, Written, attribute
from specs.authorship.pieces import TOKEN, is_word

CASES = Path(__file__).parents[2] / "cases" / "authorship" / "histories.md"
BLOCK = re.compile(r"^(`{3,})(md|words)(?: (\w+)(?: < ([\w ]+))?)?\n(.*?)^\1\n", re.MULTILINE | re.DOTALL)
LABEL = re.compile(r"\[\[(\w+): (.*?)\]\]", re.DOTALL)
BAR = 0.95


@dataclass(frozen=True)
class History:
    """A history of revisions (name, parents, text), and the author of each word of the last one."""

    name: str
    revisions: tuple[tuple[str, tuple[str, ...], str], ...]
    labels: tuple[tuple[str, str], ...]


def read() -> list[History]:
    found = []
    for section in CASES.read_text().split("\n## History: ")[1:]:
        revisions: list[tuple[str, tuple[str, ...], str]] = []
        labels: list[tuple[str, str]] = []
        for _, sort, name, parents, text in BLOCK.findall(section):
            if sort == "md":
                before = tuple(parents.split()) or tuple(one for one, _, _ in revisions[-1:])
                revisions.append((name, before, text))
            else:
                assert LABEL.sub(r"\2", text) == revisions[-1][2], "the labelled text is the last revision's"
                labels = labelled(text, revisions[0][0])
        found.append(History(section.partition("\n")[0], tuple(revisions), tuple(labels)))
    return found


def labelled(text: str, first: str) -> list[tuple[str, str]]:
    """Give each word with its label."""
    labels, at = [], 0
    for match in [*LABEL.finditer(text), None]:
        end = match.start() if match else len(text)
        labels += [(word, first) for word in words(text[at:end])]
        if match:
            labels += [(word, match[1]) for word in words(match[2])]
            at = match.end()
    return labels


def words(text: str) -> list[str]:
    return [token for token in TOKEN.findall(text) if is_word(token)]


def attributed(history: History) -> list[tuple[str, str]]:
    made: dict[str, Attribution] = {}
    for name, parents, text in history.revisions:
        made[name] = attribute(Written(name, text), [made[parent] for parent in parents])
    last = made[history.revisions[-1][0]]
    names = [run.mark.origin for run in last.runs for _ in range(run.length)]
    return [(match[0], names[match.start()]) for match in TOKEN.finditer(last.text) if is_word(match[0])]


HISTORIES = read()


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.name)
def test_history_has_a_label_for_each_word(history: History) -> None:
    assert [word for word, _ in attributed(history)] == [word for word, _ in history.labels]


def test_the_score(capsys: pytest.CaptureFixture[str]) -> None:
    right, total, missed = 0, 0, []
    for history in HISTORIES:
        pairs = list(zip(attributed(history), history.labels, strict=True))
        wrong = [f"{word} is {label}'s, not {name}'s" for (word, name), (_, label) in pairs if name != label]
        missed += [f"{history.name}: {one}" for one in wrong]
        right, total = right + len(pairs) - len(wrong), total + len(pairs)
    told = f"word authorship: {right} of {total} words ({right / total:.1%}) in {len(HISTORIES)} histories"
    with capsys.disabled():
        sys.stdout.write("\n".join(["", told, *missed, ""]))
    assert len(HISTORIES) >= 12
    assert right >= BAR * total
