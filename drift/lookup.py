"""Whether a tree has what a reference names: now, or as its own at an earlier commit.

Definitions count where the product defines them: a name that lives on in tests or examples alone is gone. Knows nothing
of specs, and of history only that a tree may be an old one.
"""

import re
from collections.abc import Iterable
from functools import cached_property

from drift.facts import FileFacts
from drift.glob import Glob
from drift.index import CodeIndex
from drift.names import SEPARATORS
from drift.references import DIVIDERS, Reference, looks_like_code, read_reference

# Deeper names than this are looked up by their last parts.
DEEPEST = 12
ELSEWHERE = frozenset({"test", "tests", "testing", "testdata", "fixtures", "examples", "example", "docs", "doc"}) | {
    *("benchmarks", "benchmark", "samples", "vendor", "third_party", "node_modules", "__tests__", "spec", "playground"),
}


class Lookup:
    """All that a tree has, ready to be asked. Each part is made when first needed.

    Two questions: `has` asks whether anything still bears the name, and takes imports, calls and parameters for an
    answer; `defines` asks whether the name was the tree's own to begin with, and wants a file or a definition.
    """

    def __init__(self, index: CodeIndex) -> None:
        self.index = index

    def has(self, reference: Reference) -> bool:
        """Say whether anything in the tree bears the name."""
        return not self.missing((reference,))

    def missing(self, references: Iterable[Reference]) -> frozenset[str]:
        """Give the texts of the references that nothing in the tree bears."""
        left = [reference for reference in references if not self._is_borne(reference)]
        words = self._in_signatures({reference.segments[-1] for reference in left if reference.segments})
        return frozenset(reference.text for reference in left if reference.segments[-1:] not in words)

    def defines(self, reference: Reference) -> bool:
        """Say whether a file of the product is so called, or a definition or module of it.

        Plain words after a dot (`tool.name`) are as often keys of data, so there the word before must fit as well.
        """
        text, segments = reference.text, reference.segments
        if reference.form == "path":
            return "*" not in text and text in self._product_path_ends
        if not segments:
            return False
        if segments in self._module_parts and segments[1:]:
            return True
        if not segments[1:] or looks_like_code(segments[-1]):
            return segments[-1] in self._defined
        return ".".join(segments[-2:]) in self._qualified

    def has_path(self, text: str) -> bool:
        """Say whether a file or folder is so called, in full or by the end of its path; a file also without suffix."""
        if "*" not in text:
            return text in self._path_ends
        glob = Glob.parse(f"**/{text}", "/")
        return any(glob.shortest(path.split("/")) for path in self.index.paths)

    def _is_borne(self, reference: Reference) -> bool:
        """Say whether a path, a module, an outside package, a definition, an import or a call bears the name.

        What stands before the last part is a variable, a class or a module as often as not, so it decides nothing.
        """
        text, segments = reference.text, reference.segments
        if not segments or text in self.index.modules or self._is_outer(text):
            return True
        if reference.form == "path" and self.has_path(text):
            return True
        return segments[-1] in self._defined or segments[-1] in self._used or segments in self._module_parts

    def _is_outer(self, text: str) -> bool:
        heads = [text]
        for separator in SEPARATORS:
            head = text
            while separator in head:
                head = head.rpartition(separator)[0]
                heads.append(head)
        return not self.index.externals.isdisjoint(heads)

    def _in_signatures(self, words: set[str]) -> frozenset[tuple[str, ...]]:
        """Give those of the words that some signature holds: parameters are no definitions, but they are there."""
        if not words:
            return frozenset()
        wanted = re.compile(rf"(?<![\w$])(?:{'|'.join(sorted(map(re.escape, words)))})(?![\w$])")
        found: set[str] = set()
        for facts in self._product:
            for definition in facts.definitions:
                found.update(wanted.findall(definition.signature))
        return frozenset((word,) for word in found)

    @cached_property
    def _product(self) -> tuple[FileFacts, ...]:
        return tuple(facts for path, facts in self.index.facts.items() if not self._is_elsewhere(path))

    @cached_property
    def _path_ends(self) -> frozenset[str]:
        return _ends(self.index.paths)

    @cached_property
    def _product_path_ends(self) -> frozenset[str]:
        return _ends(path for path in self.index.paths if ELSEWHERE.isdisjoint(path.split("/")[:-1]))

    @cached_property
    def _defined(self) -> frozenset[str]:
        names = (definition.name.rpartition(".")[2] for facts in self._product for definition in facts.definitions)
        return frozenset(names)

    @cached_property
    def _qualified(self) -> frozenset[str]:
        """Definitions with the class or file they stand in: `Order.place`, `order.MAX_ITEMS`."""
        found: set[str] = set()
        for path, facts in self.index.facts.items():
            if self._is_elsewhere(path):
                continue
            stem = path.rpartition("/")[2].partition(".")[0]
            for definition in facts.definitions:
                found.add(".".join(f"{stem}.{definition.name}".split(".")[-2:]))
        return frozenset(found)

    @cached_property
    def _used(self) -> frozenset[str]:
        """Names that the product imports or calls, whoever defines them."""
        found: set[str] = set()
        for facts in self._product:
            found.update(name for one in facts.imports for name in one.names)
            found.update(call.callee.rpartition(".")[2] for call in facts.calls)
        return frozenset(found)

    @cached_property
    def _module_parts(self) -> frozenset[tuple[str, ...]]:
        parts: set[tuple[str, ...]] = set()
        for name in self.index.modules:
            segments = tuple(part for part in DIVIDERS.split(name) if part)[-DEEPEST:]
            for start in range(len(segments)):
                parts.update(segments[start:end] for end in range(start + 1, len(segments) + 1))
        return frozenset(parts)

    def _is_elsewhere(self, path: str) -> bool:
        module = self.index.modules.get(self.index.module_of.get(path, ""))
        return (module is not None and module.test) or not ELSEWHERE.isdisjoint(path.split("/")[:-1])


def _ends(paths: Iterable[str]) -> frozenset[str]:
    """Give all that files and folders may be called: paths and the ends of paths, of files also without suffix."""
    every: set[str] = set()
    for path in paths:
        every.add(path)
        folder, _, name = path.rpartition("/")
        if "." in name[1:]:
            every.add(path[: path.rindex(".")])
        while folder and folder not in every:
            every.add(folder)
            folder = folder.rpartition("/")[0]
    ends: set[str] = set()
    for path in every:
        end = path
        while end and end not in ends:
            ends.add(end)
            end = end.partition("/")[2]
    return frozenset(ends)


def resolves(text: str, index: CodeIndex) -> bool:
    """Say whether the tree has what this inline code names. For several, ask one `Lookup`."""
    reference = read_reference(text)
    return reference is not None and Lookup(index).has(reference)
