"""Which events somebody wants to hear of: by type, by spec, by path. What cannot exist is refused, not waited for."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from drift.matching.glob import Glob
from specs.errors import UserError
from sync.feeds.event import Event
from sync.feeds.kinds import TYPES

MOST_WANTED = 50
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Types, each whole or as `spec.*`; one spec by id or path; globs over paths. What is empty does not matter."""

    kinds: tuple[str, ...] = ()
    spec: str = ""
    paths: tuple[str, ...] = ()

    def takes(self, event: Event) -> bool:
        """Say whether an event is wanted."""
        if self.kinds and not any(_names(kind, event.type) for kind in self.kinds):
            return False
        if self.spec and self.spec not in {*event.specs, *event.paths}:
            return False
        return not self.paths or any(_meets(glob, path) for path in event.paths for glob in self.paths)


def wanted(kinds: str = "", spec: str = "", paths: str = "") -> Wanted:
    """Read what is wanted from words divided by commas. Raises `UserError` for a type that there is not."""
    found = Wanted(checked_kinds(_words(kinds)), spec.strip(), _words(paths))
    if any(len(one) > LONGEST for one in (*found.paths, found.spec)) or len(found.paths) > MOST_WANTED:
        raise UserError("That is too much to look for.", f"Name at most {MOST_WANTED} paths of {LONGEST} characters.")
    return found


def checked_kinds(kinds: Iterable[str]) -> tuple[str, ...]:
    """Give types and patterns of them, each once. Raises `UserError` where one names nothing."""
    found = tuple(dict.fromkeys(kinds))
    for kind in found:
        if not any(_names(kind, name) for name in TYPES):
            near = get_close_matches(kind, TYPES, n=1)
            hint = f"Did you mean {near[0]}?" if near else "Types of events are listed in docs/events.md."
            raise UserError(f"There is no type of events {kind[:100]!r}.", hint)
    return found


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _names(kind: str, name: str) -> bool:
    return kind in {"*", name} or (kind.endswith(".*") and name.startswith(kind[:-1]))


def _meets(glob: str, path: str) -> bool:
    """Say whether a glob and a path, which may be one too, have a path in common as far as is plain to see."""
    glob, path = _whole(glob), _whole(path)
    return _matches(glob, path) or ("*" in path and _matches(path, glob))


def _whole(glob: str) -> str:
    return f"{glob}**" if glob.endswith("/") else glob


def _matches(glob: str, path: str) -> bool:
    return Glob.parse(glob, "/").matches(path.split("/"))
