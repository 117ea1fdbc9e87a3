"""How a project stands, from how each of its repositories does: the worst that is known of any. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from drift.lives.records import CheckVerdict, RepositoryState, RepositoryVerdict


class Word(StrEnum):
    """One word for a project: `error` where a check or a reading failed, `waiting` where one was not checked yet.

    `none`: there is no repository.
    """

    BROKEN = "broken"
    ERROR = "error"
    WAITING = "waiting"
    KEPT = "kept"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ProjectVerdict:
    """One verdict over all repositories. `broken` names those that are, `since` when the first of them came to be so.

    `unknown` names those of which nothing recent is known: never checked, or not to be read or checked now.
    """

    verdict: Word
    repositories: tuple[RepositoryVerdict, ...]
    broken: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    since: datetime | None = None


def word_of(one: RepositoryVerdict) -> Word:
    """Give one word for a repository. What was broken when it was last read is broken."""
    if one.verdict is CheckVerdict.BROKEN:
        return Word.BROKEN
    if one.verdict is CheckVerdict.ERROR or one.repository.state is RepositoryState.FAILED:
        return Word.ERROR
    return Word.WAITING if one.verdict is None else Word.KEPT


def of_project(verdicts: Sequence[RepositoryVerdict]) -> ProjectVerdict:
    """Give the verdict of a project: what is not known to be kept is never called so."""
    words = [(word_of(one), one) for one in verdicts]
    worst = next((word for word in Word if any(word is own for own, _ in words)), Word.NONE)
    broken = [one for word, one in words if word is Word.BROKEN]
    return ProjectVerdict(
        worst,
        tuple(verdicts),
        tuple(one.repository.name for one in broken),
        tuple(one.repository.name for word, one in words if word in {Word.ERROR, Word.WAITING}),
        min((one.since for one in broken if one.since), default=None),
    )
