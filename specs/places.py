"""Where tools keep their specs, and which files there are specs. Knows paths alone."""

import re
from collections.abc import Iterable, Sequence

SPEC_KIT, KIRO = ".specify", ".kiro/specs"
DEFAULT_FOLDERS = ("docs/specs", "openspec/specs", SPEC_KIT, KIRO, "docs/decisions", "docs/adr", "doc/adr")
# A file in which adr-tools names the folder of its decisions.
ADR_DIR = ".adr-dir"

_FEATURE = re.compile(r"specs/[^/]+/spec\.md")
_TEMPLATE = re.compile(
    r"(?:^|.*/)(?:\.specify/templates/.*|[^/]*template[^/]*\.md|.*/templates?/[^/]*\.md)$", re.IGNORECASE
)
_RECORD = re.compile(
    r"(?:^|.*/)(?:adrs?|decisions|decision-records|decision-log|architecture-decisions|architectural-decisions"
    r"|architecture-decision-records|architecture_decisions)/(?:[^/]+/)*[^/]+\.md$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:^|.*/)(?:adr[-_ ]?)?\d{3,8}[-_. ][^/]*\.md$", re.IGNORECASE)
_DECISION = re.compile(r"^#{2,3}[ \t]+(?:\d+\.[ \t]+)?Decision\b", re.MULTILINE | re.IGNORECASE)
_NO_RECORD = re.compile(r"(?:^|.*/)(?:readme|index|toc|[^/]*template[^/]*)\.md$", re.IGNORECASE)
_RECORDS = re.compile(r"(?:^|/)(?:adrs?|decisions?|[\w-]*decision[\w-]*)/", re.IGNORECASE)


def default_specs(markdown: Iterable[str], decisions: str = "") -> tuple[str, ...]:
    """Give the specs in the first of the usual places that holds any; `decisions` is a further folder to look in.

    spec-kit keeps principles in `.specify/memory` and features in `specs/`; lists of tasks are no specs, nor templates.
    """
    paths = tuple(markdown)
    for place in (*DEFAULT_FOLDERS, *((decisions,) if decisions else ())):
        found = tuple(path for path in paths if is_spec(path, place))
        if found:
            return found
    return ()


def is_spec(path: str, place: str) -> bool:
    """Say whether a Markdown file is a spec of one of the usual places."""
    if place == SPEC_KIT:
        return path.startswith(f"{SPEC_KIT}/memory/") or _FEATURE.fullmatch(path) is not None
    if place == KIRO and path.endswith("/tasks.md"):
        return False
    return path.startswith(f"{place}/") and not is_template(path)


def is_template(path: str) -> bool:
    """Say whether a file is the form that new decisions or features are made from."""
    return _TEMPLATE.match(path) is not None and (path.startswith(SPEC_KIT) or _RECORDS.search(path) is not None)


def is_decision(path: str, text: str) -> bool:
    """Say whether a file is a record of a decision: it tells of its day, so names that are gone since are no drift.

    It lies among such records, or has a number for a name and a heading that names the decision.
    """
    if _NO_RECORD.match(path):
        return False
    return _RECORD.match(path) is not None or (_NUMBERED.match(path) is not None and _DECISION.search(text) is not None)


def folders_of(place: str) -> Sequence[str]:
    """Give the folders that hold the specs of one of the usual places."""
    return (f"{SPEC_KIT}/memory", "specs") if place == SPEC_KIT else (place,)
