"""Gives an expression its type and the most steps it can take, before it ever runs. Evaluates nothing.

A step is what evaluating one node costs, about half a microsecond. A macro takes its body as often as its list can be
long; naming a value costs by its size, since the engine copies it; a pattern costs by what compiling it takes, since
the engine does so each time. So what passes here ends soon whatever the facts are, and needs no clock to stop it.
`benchmarks/policies.py` holds the bound against the clock.
"""

import re
from collections.abc import Mapping

from specs.expressions.syntax import MACROS, Binary, Call, Choice, Literal, Member, Name, Node, Several, Unary, tree_of
from specs.expressions.tokens import ExpressionError
from specs.expressions.types import (
    BOOL,
    DOUBLE,
    DURATION,
    INT,
    MAX_LIST,
    NUMBERS,
    ORDERED,
    TEXT,
    Base,
    Names,
    Type,
    list_of,
)
from specs.suggest import did_you_mean
from specs.values import dataclass

MAX_STEPS = 100_000
MAX_PATTERN = 200
MAX_REPEAT = 50
COPIED = 8  # so much of a value is copied in one step
PATTERN, LETTER, CLASS = 60, 10, 700  # what a pattern costs, each letter of it, and each class of Unicode letters
_CLASS = re.compile(r"\\[wWdDsSbBpP]")
_NOT_LINEAR = re.compile(r"\(\?(?:[=!>(]|<[=!]|P[=>])|\\[1-9k]|[*+?}]\+")
_NESTED_SET = re.compile(r"\[[^\]\\]*(?:\[|--|&&|~~|\|\|)")
_REPEAT = re.compile(r"\{\s*(\d+)\s*(,?)\s*(\d*)\s*\}")
_DURATION = re.compile(r"(?:\d{1,6}(?:\.\d{1,3})?(?:h|m|s|ms))+")
_RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "namespace"}
    | {"package", "return", "var", "void", "while"}
)


@dataclass(frozen=True, slots=True)
class Judged:
    """The type of an expression, the steps it takes at most, and the names of facts it uses."""

    type: Type
    steps: int
    uses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an expression cannot be used: `at` is an offset into it."""

    message: str
    hint: str
    at: int


def judge(source: str, names: Names) -> Judged | Refusal:
    """Read an expression that must be true or false over the given names. Never raises."""
    try:
        return _whole(_Checker(names).of(tree_of(source), {}))
    except ExpressionError as fault:
        return Refusal(fault.message, fault.hint, fault.at)


def _whole(found: Judged) -> Judged:
    """Give what is fit to be a rule's condition."""
    if found.type.base is not Base.BOOL:
        hint = 'Compare it with something, for example: words_added > 100, or author_kind == "agent".'
        raise ExpressionError(f"This expression gives {found.type.told}, not true or false.", hint, 0)
    if found.steps > MAX_STEPS:
        hint = "Nest macros less, or match fewer and shorter patterns."
        raise ExpressionError(f"This could take {found.steps} steps, and a rule may take {MAX_STEPS}.", hint, 0)
    return found


class _Checker:
    """Walks a tree. `local` are the names that macros bind."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def of(self, node: Node, local: Mapping[str, Type]) -> Judged:
        match node:
            case Literal():
                found = Judged(_literal(node.value), 1)
            case Name():
                found = self.name(node, local)
            case Member():
                found = self.member(node, local)
            case Several():
                found = self.several(node, local)
            case Unary():
                found = self.unary(node, local)
            case Binary():
                found = self.binary(node, local)
            case Choice():
                found = self.choice(node, local)
            case Call():
                found = self.call(node, local)
        return found

    def name(self, node: Name, local: Mapping[str, Type]) -> Judged:
        if node.name in local:
            return Judged(local[node.name], 1 + local[node.name].size // COPIED)
        if node.name not in self.names:
            hint = did_you_mean(node.name, [*local, *self.names]) or "`holdfast policy facts` lists them all."
            raise ExpressionError(f"There is no fact {node.name}.", hint, node.at)
        found = self.names[node.name]
        return Judged(found, 1 + found.size // COPIED, frozenset({node.name}))

    def member(self, node: Member, local: Mapping[str, Type]) -> Judged:
        of = self.of(node.of, local)
        if of.type.base is not Base.RECORD:
            hint = "Only the entries of a list of records have members: specs.exists(s, s.path == ...)."
            raise ExpressionError(f"{of.type.told.capitalize()} has no member {node.name}.", hint, node.at)
        if node.name not in of.type.fields:
            hint = did_you_mean(node.name, list(of.type.fields)) or f"It has {', '.join(of.type.fields)}."
            raise ExpressionError(f"It has no member {node.name}.", hint, node.at)
        return Judged(of.type.fields[node.name], of.steps + 1, of.uses)

    def several(self, node: Several, local: Mapping[str, Type]) -> Judged:
        if len(node.items) > MAX_LIST:
            raise ExpressionError(
                f"This list has more than {MAX_LIST} entries.", "Split it into several rules.", node.at
            )
        found = [self.of(item, local) for item in node.items]
        for item, written in zip(found, node.items, strict=True):
            if not found[0].type.takes(item.type):
                raise ExpressionError(
                    "The entries of this list differ in type.", "Keep to one type in a list.", written.at
                )
        return _joined(list_of(found[0].type if found else TEXT, len(found)), *found)

    def unary(self, node: Unary, local: Mapping[str, Type]) -> Judged:
        of = self.of(node.of, local)
        fits = of.type.base is Base.BOOL if node.sign == "!" else of.type.base in NUMBERS
        if not fits:
            wanted = "true or false" if node.sign == "!" else "a number"
            raise ExpressionError(
                f"`{node.sign}` wants {wanted}, and this is {of.type.told}.", "Compare it first.", node.at
            )
        return _joined(of.type, of)

    def choice(self, node: Choice, local: Mapping[str, Type]) -> Judged:
        condition, yes, no = (self.of(part, local) for part in (node.condition, node.yes, node.no))
        if condition.type.base is not Base.BOOL or yes.type.base is not no.type.base:
            hint = "Write condition ? one : other, where both give the same type."
            raise ExpressionError("This choice does not fit.", hint, node.at)
        return _joined(yes.type, condition, yes, no)

    def binary(self, node: Binary, local: Mapping[str, Type]) -> Judged:
        left, right = self.of(node.left, local), self.of(node.right, local)
        a, b = left.type, right.type
        result: Type | None = None
        match node.sign:
            case "&&" | "||":
                result = BOOL if a.base is b.base is Base.BOOL else None
            case "==" | "!=":
                result = BOOL if a.takes(b) else None
                _known_value(a, node.right)
                _known_value(b, node.left)
            case "<" | "<=" | ">" | ">=":
                result = BOOL if a.takes(b) and {a.base, b.base} <= ORDERED else None
            case "in":
                result = BOOL if b.of is not None and b.of.takes(a) else None
                _known_value(b.of or TEXT, node.left)
                for item in node.right.items if isinstance(node.right, Several) else ():
                    _known_value(a, item)
            case _:
                result = _arithmetic(node.sign, a, b)
        if result is None:
            message = f"`{node.sign}` does not go between {a.told} and {b.told}."
            raise ExpressionError(message, _between(node.sign), node.at)
        return _joined(result, left, right, more=1 + (a.size + b.size) // COPIED)

    def call(self, node: Call, local: Mapping[str, Type]) -> Judged:
        if node.name in MACROS and node.of is not None:
            return self.macro(node, node.of, local)
        args = [self.of(arg, local) for arg in node.args]
        if node.of is not None:
            args.insert(0, self.of(node.of, local))
        written = node.args if node.of is None else (node.of, *node.args)
        bases = tuple(arg.type.base for arg in args)
        match node.name, bases:
            case "size", (Base.LIST,):
                return _joined(INT, *args)
            case (("startsWith" | "endsWith" | "contains"), (Base.TEXT, Base.TEXT)) if node.of is not None:
                return _joined(BOOL, *args, more=4)
            case "matches", (Base.TEXT, Base.TEXT) if node.of is not None:
                return _joined(BOOL, *args, more=_pattern_steps(written[1], node.at))
            case "duration", (Base.TEXT,) if node.of is None:
                _duration(written[0])
                return _joined(DURATION, *args)
            case "double", (Base.INT | Base.DOUBLE,) if node.of is None:
                return _joined(DOUBLE, *args)
        hint = f"{_USES[node.name]}" if node.name in _USES else f"There are {', '.join(sorted(_USES))} and the macros."
        raise ExpressionError(f"{node.name} cannot be called so.", hint, node.at)

    def macro(self, node: Call, over: Node, local: Mapping[str, Type]) -> Judged:
        of = self.of(over, local)
        item = of.type.of
        if item is None:
            raise ExpressionError(f"{node.name} runs over a list, and this is {of.type.told}.", _MACRO, node.at)
        if len(node.args) != 2 or not isinstance(node.args[0], Name):  # noqa: PLR2004 (a name and a body)
            raise ExpressionError(f"{node.name} wants a name and an expression.", _MACRO, node.at)
        name = node.args[0].name
        if name in _RESERVED or name in self.names or name in local:
            raise ExpressionError(
                f"{name} already means something.", "Choose another name, for example x.", node.args[0].at
            )
        body = self.of(node.args[1], {**local, name: item})
        if body.type.base is not Base.BOOL:
            raise ExpressionError(f"The body of {node.name} gives {body.type.told}.", _MACRO, node.args[1].at)
        most, copied = of.type.most, 2 + item.size // COPIED
        steps = of.steps + most * (body.steps + copied)
        if node.name != "filter":
            return Judged(BOOL, steps, of.uses | body.uses)
        # The engine copies what it has kept so far for each entry that it keeps.
        return Judged(of.type, steps + most * most * item.size // (2 * COPIED), of.uses | body.uses)


_MACRO = 'Write, for example: paths.exists(p, p.startsWith("payments/")).'
_USES = {
    "size": "Write size(list).",
    "startsWith": 'Write text.startsWith("..."): both are texts.',
    "endsWith": 'Write text.endsWith("..."): both are texts.',
    "contains": 'Write text.contains("..."); for lists use `in`.',
    "matches": "Write text.matches(r'...').",
    "duration": 'Write duration("2h30m").',
    "double": "Write double(whole number).",
}


def _literal(value: str | float | bool) -> Type:  # noqa: FBT001 (a literal may be one)
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int):
        return INT
    return DOUBLE if isinstance(value, float) else TEXT


def _joined(type_: Type, *parts: Judged, more: int = 1) -> Judged:
    return Judged(type_, sum(part.steps for part in parts) + more, frozenset().union(*(part.uses for part in parts)))


def _known_value(type_: Type, node: Node) -> None:
    """Refuse a text that a value of the type can never be."""
    if type_.values and isinstance(node, Literal) and isinstance(node.value, str) and node.value not in type_.values:
        hint = did_you_mean(node.value, list(type_.values))
        told = ", ".join(value or '""' for value in type_.values)
        raise ExpressionError(f"This is never {node.value!r}.", hint or f"It is one of {told}.", node.at)


def _arithmetic(sign: str, a: Type, b: Type) -> Type | None:
    if a.base is b.base and a.base in NUMBERS and not (sign == "%" and a.base is Base.DOUBLE):
        return a
    if sign == "+" and a.base is b.base is Base.TEXT:
        return TEXT
    return DURATION if sign in "+-" and a.base is b.base is Base.DURATION else None


def _between(sign: str) -> str:
    if sign in "+-*/%":
        return "Both sides must be of one type: double(x) makes a number of a whole number."
    if sign == "in":
        return "On the right of `in` stands a list of what stands on the left."
    return 'Texts stand in quotes, durations are written duration("2h").'


def _pattern_steps(node: Node, at: int) -> int:
    """Bound what compiling and running a pattern costs: its length, times what its counted repetitions multiply."""
    if not isinstance(node, Literal) or not isinstance(node.value, str):
        raise ExpressionError("The pattern of matches must be written out.", "Write text.matches(r'...').", at)
    if len(node.value) > MAX_PATTERN:
        raise ExpressionError(f"This pattern is longer than {MAX_PATTERN} characters.", "Use several rules.", node.at)
    if _NOT_LINEAR.search(node.value):
        hint = "Write several expressions, joined by &&."
        raise ExpressionError("Patterns here look neither ahead nor behind, nor back.", hint, node.at)
    if _NESTED_SET.search(node.value):
        hint = "Escape a [ that is meant literally by a backslash."
        raise ExpressionError("Brackets in this pattern hold brackets.", hint, node.at)
    try:
        re.compile(node.value)
    except (re.error, OverflowError, RecursionError) as error:
        raise ExpressionError(
            f"This is no pattern: {error}.", "Escape what is meant literally by a backslash.", node.at
        ) from None
    times = 1
    for low, comma, high in _REPEAT.findall(node.value):
        count = int(high or low) if not comma or high else int(low) + 1
        if count > MAX_REPEAT:
            raise ExpressionError(f"This pattern repeats more than {MAX_REPEAT} times.", "Use + or *.", node.at)
        times *= max(1, count)
    return PATTERN + times * (LETTER * len(node.value) + CLASS * len(_CLASS.findall(node.value)))


def _duration(node: Node) -> None:
    if isinstance(node, Literal) and isinstance(node.value, str) and _DURATION.fullmatch(node.value):
        return
    raise ExpressionError(
        "This is no duration.", 'Write it out in hours, minutes and seconds: duration("2h30m").', node.at
    )
