"""What others can use of a symbol or module: its public members with their signatures, and when two signatures agree.

White space, trailing commas and what opens a body mean nothing in a signature. Knows no language: what a module passes
on is seen from its imports.
"""

import re
from collections.abc import Iterable, Mapping

from drift.facts import EdgeAttribute
from drift.index import CodeIndex
from drift.matching.wordstyles import is_special
from drift.selection.symbols import Symbol, Symbols

BLANKS = re.compile(r"\s+")
ROUND_MARKS = re.compile(r" ?([^\w\s]) ?")
LAST_COMMA = re.compile(r",([)\]}>])")
OPENING = re.compile(r"(?:\{|:|;|=>|\.\.\.|\{\s*\})\s*$")
SHARED = re.compile(r"^(?:export\s+default\s+|export\s+|declare\s+)+")
RECEIVER = re.compile(r"^func\s*\([^)]*\)\s*")
IDENTIFIER = re.compile(r"[\w$#]+")
CONSTRUCTOR = "constructor"
REACH = 6


def normal(signature: str) -> str:
    """Give a signature in the form in which two that mean the same are the same text."""
    text = SHARED.sub("", signature.strip())
    while (shorter := OPENING.sub("", text).rstrip()) != text:
        text = shorter
    return LAST_COMMA.sub(r"\1", ROUND_MARKS.sub(r"\1", BLANKS.sub(" ", text)))


def is_bare(entry: str) -> bool:
    """Say whether an entry of a surface is a name alone, without a signature."""
    return IDENTIFIER.fullmatch(entry) is not None


def named_in(entry: str, names: Iterable[str]) -> str:
    """Say which of the names a written signature is about, or what it calls; "" where neither shows."""
    known = set(names)
    head = RECEIVER.sub("", entry.strip()).partition("(")[0]
    words = IDENTIFIER.findall(head)
    last = words[-1] if words and "(" in entry else ""
    return next((word for word in words if word in known), last)


def is_prescribed(name: str) -> bool:
    """Say whether a member is what a language makes of it, and so no matter of the surface unless it is named."""
    return is_special(name) or name == CONSTRUCTOR


def members_of(symbols: Symbols, owner: Symbol) -> Mapping[str, list[Symbol]]:
    """Give the public members that a class defines itself, by name."""
    head = f"{owner.definition.name}."
    found: dict[str, list[Symbol]] = {}
    for path in symbols.files_of(owner):
        for one in symbols.in_file(path):
            inner = one.definition.name.removeprefix(head)
            if inner != one.definition.name and "." not in inner and one.definition.public:
                found.setdefault(inner, []).append(one)
    return found


def surface_of(
    symbols: Symbols, index: CodeIndex, paths: Iterable[str], depth: int = REACH
) -> Mapping[str, list[Symbol]]:
    """Give the public names of a module by name; one that leads to no definition has no symbols."""
    found: dict[str, list[Symbol]] = {}
    for path in sorted(paths):
        for one in symbols.in_file(path):
            if one.definition.public and "." not in one.definition.name:
                found.setdefault(one.definition.name, []).append(one)
        names, whole = _passed_on(symbols, index, path)
        for module in sorted(whole) if depth else ():
            files = {index.modules[module].path, *index.modules[module].members} - {path}
            for name, behind in surface_of(symbols, index, files, depth - 1).items():
                found.setdefault(name, behind)
        for name in sorted(names - found.keys()):
            found[name] = symbols.passed_on(path, (name,))
    return found


def _passed_on(symbols: Symbols, index: CodeIndex, path: str) -> tuple[set[str], set[str]]:
    """Give the names that a file imports for others, and the modules that it passes on whole.

    These are what is written as a re-export, and what the file of a package takes from the package's inside.
    """
    facts = index.facts.get(path)
    module = index.modules.get(index.module_of.get(path, ""))
    if facts is None or module is None:
        return set(), set()
    front = module.is_package and not module.members
    names: set[str] = set()
    whole: set[str] = set()
    for one in facts.imports:
        sources = {name for name, line in symbols.imports_of(path) if line == one.line and name in index.modules}
        inside = front and any(name.startswith(f"{module.name}.") for name in sources)
        if inside or EdgeAttribute.RE_EXPORT in one.attributes:
            names |= {name for name in one.names if name != "*" and not name.startswith("_")}
            whole |= sources if "*" in one.names else set()
    return names, whole
