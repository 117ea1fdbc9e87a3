"""The dialects in which requirements are written. To add one: a module here and a line in `DIALECTS`."""

from collections.abc import Mapping
from dataclasses import replace

from specs.dialects.adr_tools import AdrTools
from specs.dialects.constitution import Constitution
from specs.dialects.kiro import Kiro
from specs.dialects.kiro_tasks import KiroTasks
from specs.dialects.log4brains import Log4brains
from specs.dialects.madr import Madr
from specs.dialects.openspec import OpenSpec
from specs.dialects.openspec_delta import OpenSpecDelta
from specs.dialects.plain import Plain
from specs.dialects.spec_kit import SpecKit
from specs.dialects.spec_kit_tasks import SpecKitTasks
from specs.document import Document
from specs.frontmatter import known_status
from specs.places import is_decision
from specs.requirements.values import Dialect, Reading, TaskState

# The first that recognises a file reads it; the last recognises every one.
DIALECTS: tuple[Dialect, ...] = (
    SpecKit(),
    SpecKitTasks(),
    Constitution(),
    Kiro(),
    KiroTasks(),
    OpenSpecDelta(),
    OpenSpec(),
    Log4brains(),
    Madr(),
    AdrTools(),
    Plain(),
)

# What the boxes of each kind of list may hold, and what that means.
MARKS: Mapping[str, Mapping[str, TaskState]] = {one.name: one.marks for one in (SpecKitTasks(), KiroTasks())}


def dialect_of(path: str, text: str) -> Dialect:
    """Find the dialect of a file, from its path in the repository and its text."""
    return next(one for one in DIALECTS if one.recognises(path, text))


def read_requirements(path: str, document: Document) -> Reading:
    """Find the requirements of a file in its own dialect."""
    return dialect_of(path, document.text).read(path, document)


def in_force(path: str, document: Document) -> Document:
    """Give a decision record the status it writes in its own way: what is superseded asks nothing any more."""
    if "status" in document.front_matter.values or not is_decision(path, document.text):
        return document
    status = known_status(read_requirements(path, document).status)
    return replace(document, front_matter=replace(document.front_matter, status=status)) if status else document
