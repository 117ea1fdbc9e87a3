"""What a typed spec inherits: the specs that hold what its invariants restate, and of them no more than that. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

from specs.document import Document, InvariantBlock
from specs.parser import parse
from specs.values import replace


def restated(blocks: Iterable[InvariantBlock]) -> set[str]:
    """Give the ids that blocks restate."""
    return {block.extends for block in blocks if block.extends}


def holders(wanted: Iterable[str], texts: Mapping[str, str]) -> tuple[str, ...]:
    """Give the paths of the texts that hold invariants with these ids, or what those restate in their turn."""
    open_, known = set(wanted), set[str]()
    found: set[str] = set()
    while open_:
        known |= open_
        named = re.compile(r"\bid: *[\"']?(?:" + "|".join(map(re.escape, sorted(open_))) + r")\b")
        open_ = set()
        for path in [path for path, text in texts.items() if path not in found and named.search(text)]:
            blocks = [block for block in parse(texts[path]).invariants if block.id in known]
            if blocks:
                found.add(path)
                open_ |= restated(blocks) - known
    return tuple(sorted(found))


def with_parents(path: str, documents: Mapping[str, Document]) -> dict[str, Document]:
    """Give the spec at `path` whole, and of all others the invariants alone that it restates, at any remove."""
    wanted = restated(documents[path].invariants)
    others = {place: document for place, document in documents.items() if place != path}
    more = wanted
    while more:
        held = [block for document in others.values() for block in document.invariants if block.id in more]
        more = restated(held) - wanted
        wanted |= more
    kept = {place: _only(document.invariants, wanted) for place, document in others.items()}
    bare = {
        place: replace(others[place], invariants=blocks, mentions=(), problems=(), broken=())
        for place, blocks in kept.items()
        if blocks
    }
    return {path: documents[path], **bare}


def _only(blocks: Sequence[InvariantBlock], wanted: set[str]) -> tuple[InvariantBlock, ...]:
    return tuple(block for block in blocks if block.id in wanted)
