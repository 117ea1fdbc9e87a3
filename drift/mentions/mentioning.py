"""Which mentions of a spec may be held against the code, and which speak of something else.

The text round a mention decides: sentences about what was removed or renamed, links to other sites, old-to-new
tables, and the specs' own words. Knows nothing of the code itself. The filters are those that told real drift from
noise on 36 repositories (mentions of third parties, migrations, users' own files).
"""

import re
from collections.abc import Mapping
from functools import cached_property

from drift.mentions.references import Reference, read_reference
from specs.document import Document, Mention
from specs.values import dataclass

HISTORY = re.compile(
    r"\b(?:remov(?:e[ds]?|ing|al)|renam(?:e[ds]?|ing)|deprecat\w+|previous(?:ly)?|former(?:ly)?|no longer|used to"
    r"|(?:was|were) (?:called|named|known)|legacy|obsolete|supersed\w+|replac(?:e[ds]?|ing)|migrat\w+|dropped|deleted"
    r"|instead of|in favou?r of|old name|prior to|(?:since|until|before) v?\d|changelog|breaking changes?"
    r"|do(?:es)? not exist|doesn't exist)\b",
    re.IGNORECASE,
)
ARROW = re.compile(r"->|→|=>|⇒")
CODE = re.compile(r"`[^`\n]*`")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*_\[(])")
PAST_PATHS = re.compile(
    r"(?:^|/)(?:change(?:log|s)|history|migrat\w*|releases?|rfcs?|blog|archive[ds]?)(?:[./-]|$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mention that claims something of the code."""

    mention: Mention
    reference: Reference


def candidates(path: str, document: Document, own: frozenset[str]) -> tuple[Candidate, ...]:
    """Give the mentions of a spec that claim that something is in the code, in order of place."""
    if document.front_matter.status == "retired" or PAST_PATHS.search(path):
        return ()
    titles = {section.anchor: section.title for section in document.sections}
    parents = {section.anchor: section.parent for section in document.sections}
    past = {anchor for anchor in titles if _speaks_of_past(anchor, titles, parents)}
    found = []
    for mention in document.mentions:
        reference = read_reference(mention.text)
        if reference is None or reference.text in own or mention.text in own or mention.anchor in past:
            continue
        if not _elsewhere(mention):
            found.append(Candidate(mention, reference))
    return tuple(found)


class Vocabulary:
    """The words by which specs speak of themselves: their paths, invariants and kinds, given anchors and owners."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.documents = documents

    @cached_property
    def words(self) -> frozenset[str]:
        """All of them."""
        words: set[str] = set()
        for path, document in self.documents.items():
            words.update((path, path.rpartition("/")[2]))
            words.update(one.anchor for one in document.sections if f"{{#{one.anchor}}}" in one.text.partition("\n")[0])
            words.update(document.front_matter.owners)
            for block in document.invariants:
                words.update((block.id, block.kind))
        return frozenset(words)


def claims(documents: Mapping[str, Document]) -> dict[str, frozenset[Reference]]:
    """Give what each document claims to be in the code: what history should be asked about."""
    own = Vocabulary(documents).words
    found = {
        path: frozenset(one.reference for one in candidates(path, document, own))
        for path, document in documents.items()
    }
    return {path: references for path, references in found.items() if references}


def _speaks_of_past(anchor: str, titles: Mapping[str, str], parents: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    while anchor in titles and anchor not in seen:
        if HISTORY.search(titles[anchor]):
            return True
        seen.add(anchor)
        anchor = parents[anchor]
    return False


def _elsewhere(mention: Mention) -> bool:
    """Say whether the text round the mention speaks of the past, of another project, or of an example."""
    quoted = f"`{mention.text}`"
    around = _sentence(mention.context, mention.text)
    if HISTORY.search(around):
        return True
    if ARROW.search(CODE.sub("``", around)) and around.count("`") > quoted.count("`"):
        return True
    linked = rf"\[[^\]\n]*{re.escape(quoted)}[^\]\n]*\]\((?:https?:)?//"
    return re.search(linked, mention.context) is not None


def _sentence(context: str, text: str) -> str:
    """Give the sentences, or the table row, that hold the text."""
    pieces = [line for line in context.splitlines() if line.lstrip().startswith("|")]
    if not pieces:
        pieces = SENTENCE_END.split(" ".join(context.split()))
    holding = [piece for piece in pieces if text in piece]
    return " ".join(holding or pieces)[:2000]
