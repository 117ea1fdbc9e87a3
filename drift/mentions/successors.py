"""What a name was renamed to, as far as the lines of one commit tell. Pure: lines in, a name out.

A renamed definition leaves the rest of its line as it was. So a line that went away and one that came, equal but for
the name, are a rename; where little else stands on the line, the two names must have a word in common as well.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from drift.mentions.linenames import declared

WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+")
PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
TELLING = 4
MOST_LINES = 20_000
SHORTEST_PART = 3
# Words that names of any meaning begin with.
COMMON = frozenset({"get", "set", "has", "new", "add", "make", "with", "from", "for", "use", "the", "default", "test"})
HOLE = "\0"


def renamed_to(name: str, gone: Iterable[tuple[str, str]], came: Mapping[str, frozenset[str]]) -> str:
    """Give the name that took the place of `name` in lines that went away (line, family); "" where none did.

    `came` are the skeletons of the lines that came, as `skeletons` makes them.
    """
    votes: Counter[str] = Counter()
    for line, family in gone:
        if name not in line or not {name, f'"{name}', f"--{name}"} & declared(line, family):
            continue
        skeleton = skeleton_of(line, name)
        for other in came.get(skeleton, ()):
            if other != name and (len(WORD.findall(skeleton)) >= TELLING or related(name, other)):
                votes[other] += 1
    return min(votes, key=lambda other: (-votes[other], other)) if votes else ""


def skeletons(came: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Give, for lines that came, what stands round each name they declare, with these names."""
    found: dict[str, set[str]] = {}
    for number, (line, family) in enumerate(came):
        if number >= MOST_LINES:
            break
        for name in {one.lstrip('"-') for one in declared(line, family)}:
            found.setdefault(skeleton_of(line, name), set()).add(name)
    return {skeleton: frozenset(names) for skeleton, names in found.items()}


def skeleton_of(line: str, name: str) -> str:
    """Give a line without blanks at its ends, the name cut out."""
    return re.sub(rf"(?<![\w$]){re.escape(name)}(?![\w$])", HOLE, line.strip())


def related(one: str, other: str) -> bool:
    """Say whether two names have a word in common."""
    mine, theirs = (
        {part.lower() for part in PARTS.findall(name) if len(part) >= SHORTEST_PART} - COMMON for name in (one, other)
    )
    return not mine.isdisjoint(theirs)


def moved_to(text: str, was: Iterable[str], renames: Mapping[str, str]) -> str:
    """Give what a file or folder is called after files moved; "" where that is not clear.

    `was` are the files that the text stood for, `renames` old paths with their new ones.
    """
    votes: Counter[str] = Counter()
    for path in was:
        new = renames.get(path)
        if new is None:
            continue
        before, _, after = f"/{path}/".partition(f"/{text}/")
        rest = after.rstrip("/")
        if not rest:
            votes[new] += 1
        elif new.endswith(f"/{rest}"):
            votes[new[: -len(rest) - 1]] += 1
        elif before:
            continue
    return min(votes, key=lambda other: (-votes[other], other)) if votes else ""
