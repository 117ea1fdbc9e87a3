"""What earlier commits knew: says, for names in prose that nothing in the code bears now, whether something once did.

History is sampled, not walked: the commit checked out, those in which the names came into the prose, and a dozen
spread over the first parents at places that stay the same as history grows, so that answers can be kept. Of such a
commit only those files are parsed that differ from today's and contain a word that is asked for.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from drift.check import once_had
from drift.extract import MAX_SOURCE_BYTES, facts_key
from drift.invariants import Past
from drift.lookup import ELSEWHERE
from drift.references import read_reference
from drift.source import CodeTree, FileKind
from specs.document import Document
from specs.errors import HoldfastError
from sync.evaluation import Reading, read_index
from sync.factcache import FactCache
from sync.gitrepo import Repository
from sync.sides import Side
from sync.stamp import stamp

SAMPLES = 12
SPEC_COMMITS = 16
WORD = re.compile(rb"[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class History:
    """The past of one side. `past` has the form an evaluation wants."""

    side: Side
    documents: Mapping[str, Document]
    cache: FactCache
    reading: Reading

    def past(self, lost: frozenset[str]) -> Past:
        """Say for each of these references at which commit it was last seen to resolve, if at any."""
        repository = self.side.repository
        if repository is None or not self.side.head:
            return Past({}, complete=self.side.repository is not None)
        resolved: dict[str, str] = {}
        whole = not repository.is_shallow
        commits = repository.first_parents(self.side.head)
        for commit in self._chosen(repository, commits, lost):
            asked = lost - resolved.keys()
            if not asked:
                break
            try:
                known = self._known_at(repository, commit, asked)
            except HoldfastError:
                whole = False
                continue
            resolved.update(dict.fromkeys(known, commit))
        return Past(dict(sorted(resolved.items())), complete=whole or len(resolved) == len(lost))

    def _chosen(self, repository: Repository, commits: list[str], lost: frozenset[str]) -> list[str]:
        """Choose commits to ask, newest first: HEAD, those that wrote the names into the specs, samples of it all."""
        prefix = f"{self.side.under}/" if self.side.under else ""
        names: dict[str, frozenset[bytes]] = {}
        for path, document in self.documents.items():
            read = [(mention.text, read_reference(mention.text)) for mention in document.mentions]
            words = {written for written, reference in read if reference and reference.text in lost}
            if words:
                names[prefix + path] = frozenset(word.encode("utf-8", "surrogatepass") for word in words)
        written = written_at(names, repository.versions(commits, names), repository.blob)
        most = sorted(written, key=lambda place: (-written[place], place))[:SPEC_COMMITS]
        return [commits[place] for place in sorted({0, *sampled(len(commits)), *most})]

    def _known_at(self, repository: Repository, commit: str, asked: frozenset[str]) -> frozenset[str]:
        """Say which references resolve in a commit, from memory where it was asked before."""
        config = self.side.config
        name = repr((commit, self.side.under, config.exclude, config.source_roots, stamp()))
        key = hashlib.sha256(name.encode("utf-8", "backslashreplace")).hexdigest()
        memory = answers(self.cache.memo(key))
        unknown = asked - memory.keys()
        if unknown:
            tree = repository.commit_tree(commit, self.side.under)
            among = self._worth_reading(tree, unknown)
            index = read_index(tree, self.cache, self.reading, among)
            there = once_had(unknown, index)
            memory.update({reference: reference in there for reference in unknown})
            self.cache.keep_memo(key, json.dumps(memory, sort_keys=True).encode("ascii"))
        return frozenset(reference for reference in asked if memory[reference])

    def _worth_reading(self, tree: CodeTree, asked: frozenset[str]) -> frozenset[str]:
        """Choose the code files that are not the same today and contain a word of what is asked for."""
        words = frozenset(filter(None, map(last_word, asked)))
        if not words:
            return frozenset()
        today = self.side.tree.files
        found = set()
        for path, entry in tree.files.items():
            if entry.kind is not FileKind.FILE or not facts_key(path) or self.reading.excludes(path):
                continue
            if not ELSEWHERE.isdisjoint(path.split("/")[:-1]):
                continue
            same = today.get(path)
            if same is not None and same.blob == entry.blob:
                continue
            try:
                data = tree.read(path, MAX_SOURCE_BYTES)
            except HoldfastError:
                continue
            if not words.isdisjoint(WORD.findall(data)):
                found.add(path)
        return frozenset(found)


def written_at(
    names: Mapping[str, frozenset[bytes]], versions: Iterable[tuple[int, str, str]], read: Callable[[str], bytes]
) -> Counter[int]:
    """Count, for each place in history, how many names came into a text there or stood in it when it last changed.

    `versions` come newest first for each path; a text is read back only as far as one of its names is in it.
    """
    found: Counter[int] = Counter()
    left = dict(names)
    came: dict[str, int] = {}
    for place, path, blob in versions:
        if not left[path]:
            continue
        try:
            data = read(blob)
        except HoldfastError:
            data = b""
        still = frozenset(name for name in left[path] if name in data)
        if path in came:
            found[came[path]] += len(left[path]) - len(still)
        else:
            found[place] += len(still)
        left[path] = still
        came[path] = place
    for path, rest in left.items():
        if path in came:
            found[came[path]] += len(rest)
    return +found


def last_word(text: str) -> bytes:
    """Give the word that a file must contain to define what a reference names; none for the path of a file."""
    reference = read_reference(text)
    if reference is None or (reference.form == "path" and "." in text.rpartition("/")[2]):
        return b""
    words = WORD.findall(reference.segments[-1].encode("utf-8", "surrogatepass")) if reference.segments else []
    return max(words, key=len, default=b"")


def sampled(count: int) -> Iterable[int]:
    """Choose up to a dozen places out of a list of commits, newest first, that stay where they are as it grows.

    They are the multiples, counted from the oldest, of the smallest power of two that gives few enough.
    """
    step = 1
    while count // step > SAMPLES:
        step *= 2
    return [count - 1 - age for age in range(0, count, step)]


def answers(payload: bytes | None) -> dict[str, bool]:
    """Read what was remembered of a commit; nothing where it is damaged."""
    try:
        value = json.loads(payload or b"{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(value, dict) or not all(type(answer) is bool for answer in value.values()):
        return {}
    return value
