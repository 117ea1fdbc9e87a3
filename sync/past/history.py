"""The past of one side of a check: which names in its prose were in the code once and are no more, and since when.

The steps of history are kept; what is asked here of the object store is little: documents as they were just before a
name went, the code as it is now, and the lines of the commit that took a name away.
"""

from collections.abc import Collection, Mapping

from drift.mentions.past import Chronicle, Fate, relative
from drift.mentions.references import Reference
from drift.mentions.removal import Past
from specs.errors import HoldfastError
from specs.values import dataclass
from sync.cache.factcache import FactCache
from sync.gitrepo import Repository
from sync.gitrepo.changes import Blobs
from sync.past.chronicles import steps_to
from sync.past.presence import present_step, used
from sync.past.removals import Removals
from sync.past.then import Then
from sync.trees.reading import Reading
from sync.trees.sides import Side


@dataclass(frozen=True, slots=True)
class History:
    """The past of one side. `past` has the form an evaluation wants.

    `prose` maps the documents that are no specs to their paths in the tree: of these only what was true when it was
    written can have drifted.
    """

    side: Side
    prose: Mapping[str, str]
    cache: FactCache
    reading: Reading

    def past(self, asked: Mapping[str, Collection[Reference]]) -> Past:
        """Say of the references of each document which are gone, and how."""
        references = {reference.text: reference for some in asked.values() for reference in some}
        repository = self.side.repository
        if repository is None or not references:
            return Past({}, unknown=frozenset(references))
        if not self.side.head:
            return Past({})
        try:
            with repository.blobs() as blobs:
                return self._past(repository, blobs, asked, references)
        except HoldfastError:
            return Past({}, unknown=frozenset(references))

    def _past(
        self,
        repository: Repository,
        blobs: Blobs,
        asked: Mapping[str, Collection[Reference]],
        references: Mapping[str, Reference],
    ) -> Past:
        steps = steps_to(repository, self.side.head, self.cache)
        steps = relative(steps, self.side.under, self.reading.excludes)
        here = present_step(self.side, blobs, self.reading.excludes)
        chronicle = Chronicle([*steps, here] if here else steps, references.values())
        fates = {text: fate for text, reference in references.items() if (fate := chronicle.fate(reference))}
        unknown: frozenset[str] = frozenset()
        if repository.is_shallow:
            unknown = frozenset(
                text for text in references.keys() - fates.keys() if not chronicle.has(references[text])
            )
        then = Then(chronicle, blobs, self.side.under)
        later = {
            document: self._later(document, asked[document], fates, then)
            for document in sorted(self.prose.keys() & asked.keys())
        }
        drifted = {text for document, some in asked.items() for text in texts(some) - later.get(document, frozenset())}
        left = {text: fates[text] for text in sorted(drifted & fates.keys())}
        in_use = used(self.side.tree, [references[text] for text in left], self.reading.excludes)
        removals = Removals(chronicle, repository, blobs, self.side)
        gone = {text: removals.of(references[text], fate) for text, fate in left.items() if text not in in_use}
        return Past(gone, {document: some for document, some in later.items() if some}, unknown)

    def _later(
        self, document: str, some: Collection[Reference], fates: Mapping[str, Fate], then: Then
    ) -> frozenset[str]:
        """Give the references that were not in the document, or where it came from, when their names went."""
        gone = texts(some) & fates.keys()
        return frozenset(text for text in gone if not then.said(self.prose[document], text, fates[text].step))


def texts(references: Collection[Reference]) -> frozenset[str]:
    """Give the texts of references."""
    return frozenset(reference.text for reference in references)
