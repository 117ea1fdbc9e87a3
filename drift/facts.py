"""What one file says about itself, before any other file is known: frozen, small, and cacheable by blob id.

Raw imports are kept as written; `Language.resolve` turns them into edges once the whole tree is known,
because what an import means depends on which modules exist.

What a tree has by the hundred thousand is a named tuple: made in a third of the time a frozen dataclass takes.
"""

from enum import IntEnum, StrEnum
from typing import NamedTuple

from specs.problem import Problem
from specs.values import dataclass


class Tier(IntEnum):
    """How far a file is read; each tier holds those before it. A check reads no further than its invariants need."""

    IMPORTS = 1
    DEFINITIONS = 2
    BODIES = 3


class EdgeAttribute(StrEnum):
    """How an import takes part in the program. An edge carries a set of these; `RUNTIME` unless type-only.

    Of TypeScript and JavaScript alone: `REQUIRE` (CommonJS), `REFERENCE` (triple slash), `JSDOC` (in a doc comment),
    `ERASED` (a plain import whose names are used as types alone, so the compiler drops it), `METADATA` (an erased one
    that stays where the compiler writes metadata of decorated classes), `COMPUTED` (a load of a name that only running
    code knows; the target is the call as written, and there is no edge).
    `STUB` stands in a file that only describes types (`.pyi`, `.d.ts`), and is type-only as well.
    """

    RUNTIME = "runtime"
    TYPE_ONLY = "type-only"
    LAZY = "lazy"
    CONDITIONAL = "conditional"
    TEST = "test"
    RE_EXPORT = "re-export"
    DYNAMIC = "dynamic"
    STUB = "stub"
    EXTERNAL = "external"
    REQUIRE = "require"
    REFERENCE = "reference"
    JSDOC = "jsdoc"
    ERASED = "erased"
    METADATA = "metadata"
    COMPUTED = "computed"


class RawImport(NamedTuple):
    """An import as written. Python `from .a import b, c` is target ".a", names ("b", "c"); `import a.b` has no names.

    A star import has names ("*",). TypeScript and Go give the specifier as target and the imported names; TypeScript's
    `import x = require("a")` has names ("export=",).
    """

    target: str
    names: tuple[str, ...]
    line: int
    column: int
    attributes: frozenset[EdgeAttribute]


class Definition(NamedTuple):
    """Something a file defines. `name` is dotted inside the file (`Order.place`).

    `kind` is one of function, class (also record, object), method, variable, constant, interface (also trait,
    protocol), type, enum, struct; fields are variables. What is local to a function is not there.
    `signature` is one line of source, white space folded. `bases` are the classes, interfaces, traits and embedded
    types it builds on, as written, without type arguments. `decorators` are its decorators, annotations or attributes:
    names as written, without sign and arguments. `documented` says whether a docstring or a doc comment right above is
    its own. `parameters` counts those a caller gives (no receiver; a variadic or a destructured one is one); `typed`
    says that all of them and the result have a written type (constructors and setters need no result), or that a
    variable has one.
    """

    name: str
    kind: str
    signature: str
    line: int
    end_line: int
    public: bool
    bases: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
    documented: bool = False
    parameters: int = 0
    typed: bool = False


class Scope(NamedTuple):
    """A package or namespace that a file adds to, where the code says so and not its path ("" is the nameless one).

    `names` are the types it puts there, for languages in which what an import means depends on them. Under `*` they are
    the namespaces that the file opens for all files of its project (C# `global using`).
    """

    package: str
    names: tuple[str, ...] = ()


class Call(NamedTuple):
    """A call as written: `callee` is the dotted text before the parenthesis, `caller` the definition round it."""

    callee: str
    caller: str
    line: int


class Body(NamedTuple):
    """What is inside a function or method: `name` and `line` are its definition's.

    `complexity` is cyclomatic (McCabe 1976): one, and one more for each branch, conditional expression, loop (each
    `for` and `if` of a comprehension too), case but the default, handler, `and`, `or` and `??`. Local functions and
    lambdas count for the definition they stand in.
    """

    name: str
    line: int
    complexity: int


@dataclass(frozen=True, slots=True)
class FileFacts:
    """All that one file says, as far as it was read. The rest of a file with problems still counts.

    Beyond `tier` everything is empty: `definitions` and `syntax` need `Tier.DEFINITIONS`, `calls` and `bodies`
    `Tier.BODIES`. `scopes` belong to the first tier; they are empty where paths alone name modules.

    `problems` is what keeps the imports from being known for certain: the first tier has it however a file is read.
    `syntax` are errors elsewhere; a reader of imports alone need not meet them, so a check speaks of them only when it
    asks for definitions. So the same check says the same, however far the files it finds in a cache were read.
    """

    language: str
    lines: int
    imports: tuple[RawImport, ...]
    definitions: tuple[Definition, ...]
    calls: tuple[Call, ...]
    problems: tuple[Problem, ...]
    bodies: tuple[Body, ...] = ()
    tier: Tier = Tier.BODIES
    scopes: tuple[Scope, ...] = ()
    syntax: tuple[Problem, ...] = ()
