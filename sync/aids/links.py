"""Where a link may lead: specs by their path or title, and the sections of one. Pure."""

from collections.abc import Iterable
from posixpath import dirname, relpath
from urllib.parse import quote

from specs.document import Document
from specs.library import Spec
from specs.values import dataclass
from sync.aids.matching import rank


@dataclass(frozen=True, slots=True)
class Completion:
    """Something to put in: `text` as it goes into the spec, `label` what is shown, `detail` where it stands."""

    text: str
    label: str
    what: str
    detail: str = ""


def to_specs(wanted: str, here: str, specs: Iterable[Spec], limit: int) -> tuple[Completion, ...]:
    """Give links to specs whose path or title begins like that, as the spec at `here` writes them."""
    found = []
    for spec in specs:
        ranks = [near for name in (spec.path, spec.title) if name and (near := rank(wanted, name))]
        if ranks and spec.path != here:
            found.append((min(ranks), spec))
    found.sort(key=lambda pair: (pair[0], pair[1].path))
    return tuple(
        Completion(link(here, spec.path), spec.path, "spec", spec.title if spec.title != spec.path else "")
        for _, spec in found[:limit]
    )


def to_sections(wanted: str, document: Document, before: str, limit: int) -> tuple[Completion, ...]:
    """Give links to the sections of a text; `before` is what of the link stands before the sign."""
    found = []
    for place, section in enumerate(document.sections):
        ranks = [near for name in (section.anchor, section.title) if (near := rank(wanted, name))]
        if ranks and section.anchor:
            found.append((min(ranks) if wanted else (0, place, 0, ""), section))
    found.sort(key=lambda pair: (pair[0], pair[1].line))
    return tuple(
        Completion(f"{before}#{quote(section.anchor, safe='/-_.~')}", f"#{section.anchor}", "section", section.title)
        for _, section in found[:limit]
    )


def link(here: str, there: str) -> str:
    """Write the relative link from one spec to another."""
    return quote(relpath(there, dirname(here) or "."), safe="/-_.~")
