"""A promise that a tree keeps today: what a spec would say, what it forbids that nobody does, and the evidence."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from drift.graphs.names import separator_of
from drift.learning.field import Cover, Field, bits, inside

WIDTH = 170
LONGEST_DOMAIN = 4
TESTS_APART = "imports: {without: [test]}"


@dataclass(frozen=True, slots=True, eq=False)
class Promise:
    """One candidate. `options` are lines of YAML, `cover` the imports it forbids (by importer), `why` the evidence.

    `place` is what it orders: no two promises of one theme order the same. `weaker` is what to promise where this does
    not hold to the last chain.
    """

    theme: str
    id: str
    kind: str
    options: tuple[str, ...]
    why: str
    cover: Cover
    place: str = ""
    weaker: "Promise | None" = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The block as it stands in a spec."""
        why = f"why: {quoted(self.why)}"
        return ("```yaml invariant", f"id: {self.id}", f"kind: {self.kind}", *self.options, why, "```")

    @property
    def forms(self) -> "Iterator[Promise]":
        """Give the promise and what may be promised in its stead, the strongest first."""
        yield self
        if TESTS_APART not in self.options:
            yield replace(self, options=(*self.options, TESTS_APART))
        if self.weaker:
            yield from self.weaker.forms


def union(covers: Iterable[Cover]) -> Cover:
    """Join covers."""
    joined: Cover = {}
    for cover in covers:
        for unit, mask in cover.items():
            joined[unit] = joined.get(unit, 0) | mask
    return joined


def product(importers: int, importeds: int) -> Cover:
    """Cover every pair of two sets, but those of a unit with itself."""
    return {unit: importeds & ~(1 << unit) for unit in bits(importers)}


def selector(field: Field, name: str) -> str:
    """Write the selector of a unit, a package or an external, such that it means just that."""
    language = field.languages.get(name, "")
    own = bool(field.below(name))
    if not own and name not in field.tests:
        plain = all(char.isalnum() or char in "_." for char in name)
        return name if plain and "." not in name else f"import:{name}" if not plain or "." in name else name
    if "/" in name and (language == "go" or "." in name.partition("/")[0]):
        return f"import:{name}"
    return name


def outer_selectors(field: Field, names: Collection[str]) -> list[str]:
    """Write selectors of outside packages: of a package, instead of all that is known of it."""
    found = set()
    for name in names:
        separator = separator_of(name)
        segments = name.split(separator)
        for depth in range(depth_of_owner(segments, separator), len(segments)):
            package = separator.join(segments[:depth])
            known = [one for one in field.externals if one == package or inside(one, package)]
            if len(known) > 1 and all(one in names for one in known):
                found.add(package)
                break
        else:
            found.add(name)
    return [selector(field, name) for name in sorted(found)]


def depth_of_owner(segments: Sequence[str], separator: str) -> int:
    """Say how many segments of an outside name tell whose it is: a vendor of PHP, a company, a domain and a project."""
    if separator == "\\":
        return 1
    if separator != ".":
        return len(segments)
    return 3 if segments[0].islower() and len(segments[0]) <= LONGEST_DOMAIN else 2


def owner_of(name: str, known: Collection[str]) -> str:
    """Give the package that an outside name belongs to: the outermost that is known itself, or by how it is named."""
    separator = separator_of(name)
    segments = name.split(separator)
    deepest = depth_of_owner(segments, separator)
    packages = [separator.join(segments[:depth]) for depth in range(1, deepest + 1)]
    return next((package for package in packages if package in known), packages[-1])


def flow(key: str, values: Iterable[str]) -> tuple[str, ...]:
    """Write a list in as few lines as are readable."""
    lines = [f"{key}: ["]
    for value in values:
        word = quoted(value) + ","
        if len(lines[-1]) + len(word) + 1 > WIDTH:
            lines.append("  ")
        lines[-1] += word if lines[-1].endswith(("[", "  ")) else f" {word}"
    lines[-1] = lines[-1].rstrip(",") + "]"
    return tuple(lines)


def quoted(text: str) -> str:
    """Write a text as a YAML scalar that means just that text."""
    plain = text and all(char.isalnum() or char in "_-./" for char in text) and text[0].isalpha()
    if plain and text.lower() not in {"true", "false", "null", "yes", "no", "on", "off", "none"}:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def several(count: int, one: str) -> str:
    """Count things in words."""
    return f"{count:,} {one if count == 1 else f'{one}s'}"


def slug(*names: str) -> str:
    """Make an id of names."""
    word = "-".join(names)
    kept = "".join(char if char.isascii() and char.isalnum() else "-" for char in word.lower())
    return "-".join(piece for piece in kept.split("-") if piece) or "code"


def short(name: str) -> str:
    """Give the last segment of a name."""
    return name.rpartition(separator_of(name))[2] or name
