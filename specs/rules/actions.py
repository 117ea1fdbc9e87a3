"""What a policy may rule: allow, review, deny, freeze, notify; read from text and written back."""

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import IntEnum

from specs.access import Role
from specs.values import dataclass

MAX_REVIEWERS = 10
MAX_FREEZE = timedelta(days=30)
MIN_FREEZE = timedelta(minutes=1)
REVIEW_ROLES = (Role.EDITOR, Role.REVIEWER, Role.ADMIN)

_REVIEW = re.compile(r"review(?:\s+(\d{1,3}))?(?:\s+from\s+(\S+))?")
_FREEZE = re.compile(r"freeze\s+(?:for\s+)?(\S+)")
_NOTIFY = re.compile(r"notify\s+(.+)")
_WHOM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}")
_SPAN = re.compile(r"(\d{1,5})(m|h|d)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class Verdict(IntEnum):
    """What becomes of an act; the larger is the more restrictive."""

    ALLOW = 0
    REVIEW = 1
    DENY = 2

    @property
    def word(self) -> str:
        """Give its name as policies write it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Reviewers:
    """So many people who hold the role, or a higher one."""

    role: Role
    count: int

    @property
    def people(self) -> str:
        """Name those who are wanted: a reviewer, 2 admins."""
        if self.count > 1:
            return f"{self.count} {self.role.value}s"
        return f"{'an' if self.role.value[0] in 'ae' else 'a'} {self.role.value}"

    @property
    def told(self) -> str:
        """Say who that is."""
        return f"{self.count} from {self.role}"


@dataclass(frozen=True, slots=True)
class Action:
    """What follows from a rule. Without a verdict it only freezes or tells someone."""

    verdict: Verdict | None = None
    reviewers: tuple[Reviewers, ...] = ()
    freeze: timedelta | None = None
    notify: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Write it as policies do."""
        parts = []
        if self.verdict is Verdict.REVIEW:
            parts += [f"review {one.told}" for one in self.reviewers]
        elif self.verdict is not None:
            parts.append(self.verdict.word)
        if self.freeze is not None:
            parts.append(f"freeze {span_told(self.freeze)}")
        if self.notify:
            parts.append(f"notify {', '.join(self.notify)}")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class ActionFault:
    """Why words are no action."""

    message: str
    hint: str


HINT = "Write allow, review 1 from reviewer, deny, freeze 2h, notify admin, or a list of these."


def read_action(words: Iterable[str]) -> Action | ActionFault:
    """Read what follows `then`: one phrase, or several that all hold."""
    found = Action()
    for phrase in words:
        one = _phrase(" ".join(phrase.split()))
        if isinstance(one, ActionFault):
            return one
        found = both(found, one)
    if found == Action():
        return ActionFault("The policy does not say what follows.", HINT)
    return found


def both(a: Action, b: Action) -> Action:
    """Join two actions: the more restrictive verdict, the reviewers that satisfy both, the longer freeze."""
    verdicts = [one for one in (a.verdict, b.verdict) if one is not None]
    verdict = max(verdicts, default=None)
    freezes = [one for one in (a.freeze, b.freeze) if one is not None]
    reviewers = fewest((*a.reviewers, *b.reviewers)) if verdict is Verdict.REVIEW else ()
    return Action(verdict, reviewers, max(freezes, default=None), tuple(sorted({*a.notify, *b.notify})))


def fewest(wanted: Iterable[Reviewers]) -> tuple[Reviewers, ...]:
    """Leave out what another demand implies: who has a higher role counts for a lower one too."""
    kept: list[Reviewers] = []
    for one in sorted(set(wanted), key=lambda one: (-one.role.rank, -one.count)):
        if not any(other.role.rank >= one.role.rank and other.count >= one.count for other in kept):
            kept.append(one)
    return tuple(kept)


def read_span(text: str) -> timedelta | None:
    """Read 30m, 2h or 7d."""
    match = _SPAN.fullmatch(text)
    return int(match[1]) * _UNITS[match[2]] if match else None


def span_told(span: timedelta) -> str:
    """Write a span as `read_span` reads it, in the largest unit that fits."""
    for letter, unit in reversed(_UNITS.items()):
        if span % unit == timedelta():
            return f"{span // unit}{letter}"
    return f"{max(1, span // _UNITS['m'])}m"


def _phrase(phrase: str) -> Action | ActionFault:
    if phrase in {"allow", "deny"}:
        return Action(Verdict[phrase.upper()])
    for pattern, read in ((_REVIEW, _review), (_FREEZE, _freeze), (_NOTIFY, _notify)):
        if match := pattern.fullmatch(phrase):
            return read(match)
    return ActionFault(f"{phrase[:60]!r} is nothing a policy can rule.", HINT)


def _freeze(match: re.Match[str]) -> Action | ActionFault:
    span = read_span(match[1])
    if span is None or not MIN_FREEZE <= span <= MAX_FREEZE:
        return ActionFault(f"{match[1]!r} is no time to freeze for.", "Write 30m, 2h or 7d; at most 30d.")
    return Action(freeze=span)


def _notify(match: re.Match[str]) -> Action | ActionFault:
    names = [name.strip() for name in match[1].split(",")]
    if all(_WHOM.fullmatch(name) for name in names):
        return Action(notify=tuple(sorted(set(names))))
    return ActionFault("notify wants names.", "Write roles or logins: notify admin, mira")


def _review(match: re.Match[str]) -> Action | ActionFault:
    count, role = int(match[1] or 1), match[2] or Role.REVIEWER.value
    if not 1 <= count <= MAX_REVIEWERS:
        return ActionFault(f"{count} reviewers cannot be wanted.", f"Want between 1 and {MAX_REVIEWERS}.")
    if role not in {one.value for one in REVIEW_ROLES}:
        hint = f"Name one of {', '.join(REVIEW_ROLES)}."
        return ActionFault(f"There are no reviewers of the role {role[:40]!r}.", hint)
    return Action(Verdict.REVIEW, (Reviewers(Role(role), count),))
