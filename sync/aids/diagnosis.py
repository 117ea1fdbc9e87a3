"""What is wrong with a typed text, beside what its parser says: options, taken ids, names that nobody knows. Pure."""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from drift.kinds import KINDS, find_kind
from drift.mentions.mentioning import Vocabulary, candidates
from drift.mentions.references import Reference
from specs.document import STATEMENT_KINDS, BlockKind, Document
from specs.images import wordless
from specs.problem import Problem
from specs.suggest import did_you_mean, either
from sync.aids.codenames import CodeNames

MOST = 200
COMPARED = 300
_WORDLESS = "This image has no words."
_SAY = "Say between the brackets what it shows, for those who do not see it."


def of_kinds(document: Document) -> tuple[Problem, ...]:
    """Give what the kinds of the invariants say of their options."""
    found: list[Problem] = []
    for block in document.invariants:
        kind = find_kind(block.kind)
        if kind is None:
            known = sorted(one.name for one in KINDS)
            hint = did_you_mean(block.kind, known) or f"Use one of {', '.join(known)}."
            found.append(Problem("unknown-kind", f"There is no kind `{block.kind}`.", block.line, 1, hint))
        else:
            found.extend(kind.validate(block))
    return tuple(found)


def of_ids(document: Document, taken: Mapping[str, str]) -> tuple[Problem, ...]:
    """Say which ids of invariants other specs have; `taken` has the spec of each."""
    return tuple(
        Problem(
            "duplicate-id",
            f"`{block.id}` is the id of an invariant of {taken[block.id]} as well.",
            block.line,
            1,
            "Ids are unique in a project: give this one another.",
        )
        for block in document.invariants
        if block.id in taken
    )


def of_mentions(path: str, document: Document, names: CodeNames, gone: Mapping[str, str]) -> tuple[Problem, ...]:
    """Say which names in the prose the code does not have.

    `gone` are those of which a check knows that they once were there, with its words: a warning. Others are a note, and
    only where the code has what they begin with: a name that is to come is no mistake.
    """
    own = Vocabulary({path: document}).words
    found = []
    for one in candidates(path, document, own):
        place, text = one.mention, one.reference.text
        if text in gone or place.text in gone:
            said = gone.get(text) or gone[place.text]
            found.append(Problem("gone-mention", said, place.line, place.column, "Name what it became.", "warning"))
        elif names.names and unknown(one.reference, names):
            message = f"Nothing in the code is called `{text}`."
            found.append(Problem("unknown-mention", message, place.line, place.column, _near(text, names), "info"))
    return tuple(found[:MOST])


def of_images(document: Document) -> tuple[Problem, ...]:
    """Say which images have no words: nothing of them reaches those who do not see them, nor a search or an agent."""
    code = {(one.line, one.text) for one in document.mentions}
    found = []
    for block in document.blocks:
        if block.kind not in STATEMENT_KINDS or block.kind is BlockKind.FENCE:
            continue
        for at in wordless(block.text):
            line = block.line + block.text.count("\n", 0, at)
            column = at - block.text.rfind("\n", 0, at)
            if not any(line == row and text.startswith("![") for row, text in code):
                found.append(Problem("wordless-image", _WORDLESS, line, column, _SAY, "warning"))
    return tuple(found[:MOST])


def unknown(reference: Reference, names: CodeNames) -> bool:
    """Say whether a name begins as the tree's own do, and nothing of the tree ends as it does."""
    if "*" in reference.text:
        return False
    if reference.form == "path":
        path = reference.text.strip("/")
        top, slash, _ = path.partition("/")
        return bool(slash) and top in names.paths and path not in names.paths
    parts = reference.segments
    return reference.form == "name" and len(parts) > 1 and parts[0] in names.first and parts[-1] not in names.last


def _near(text: str, names: CodeNames) -> str:
    shown: Collection[str] = [one.dotted for one in names.best(text[:3], "name", COMPARED)]
    close = get_close_matches(text, shown, n=2, cutoff=0.75)
    return f"Did you mean {either(close)}?" if close else "Mend the name, unless it is yet to come."


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Put problems in the order of their places, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: (one.line, one.column)))
