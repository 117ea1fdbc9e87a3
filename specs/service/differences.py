"""The difference of two revisions as a value: changed regions for a view, unified text for a shell."""

from dataclasses import dataclass

from specs.revision import Revision


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed from one revision to another; `unified` is a unified diff."""

    before: Revision
    after: Revision
    before_text: str
    after_text: str
    unified: str
