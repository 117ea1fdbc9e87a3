"""Reads tokens into a tree, as CEL's grammar does. Knows neither names nor types.

What CEL has and rules do not need (maps, messages, indexing, bytes, null) is refused in words.
"""

from typing import TypeAlias

from specs.expressions.tokens import ExpressionError, Sort, Token, tokens
from specs.values import dataclass

MAX_DEPTH = 24
MACROS = frozenset({"all", "exists", "exists_one", "filter"})
_LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"||"}),
    frozenset({"&&"}),
    frozenset({"==", "!=", "<", "<=", ">", ">=", "in"}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%"}),
)
_MAX_INT = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number or truth."""

    value: str | int | float | bool
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a fact, or of what a macro runs over."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Member:
    """`of.name`."""

    of: "Node"
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """`name(args)`, or `of.name(args)`."""

    name: str
    of: "Node | None"
    args: "tuple[Node, ...]"
    at: int


@dataclass(frozen=True, slots=True)
class Several:
    """`[items]`."""

    items: "tuple[Node, ...]"
    at: int


@dataclass(frozen=True, slots=True)
class Unary:
    """`!of` or `-of`."""

    sign: str
    of: "Node"
    at: int


@dataclass(frozen=True, slots=True)
class Binary:
    """`left sign right`."""

    sign: str
    left: "Node"
    right: "Node"
    at: int


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition ? yes : no`."""

    condition: "Node"
    yes: "Node"
    no: "Node"
    at: int


Node: TypeAlias = Literal | Name | Member | Call | Several | Unary | Binary | Choice


def tree_of(source: str) -> Node:
    """Read an expression. Raises `ExpressionError` where it is none."""
    found = tokens(source)
    if len(found) == 1:
        raise ExpressionError("There is no expression here.", 'Write one, for example: author_kind == "agent"', 0)
    reader = _Reader(found)
    node = reader.choice()
    if reader.now.sort is not Sort.END:
        raise reader.unexpected()
    return node


class _Reader:
    """Recursive descent with a bounded depth."""

    def __init__(self, found: tuple[Token, ...]) -> None:
        self.tokens, self.place, self.depth = found, 0, 0

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.now
        self.place += 1
        return token

    def takes(self, sign: str) -> bool:
        if self.now.sort is not Sort.SIGN or self.now.value != sign:
            return False
        self.place += 1
        return True

    def want(self, sign: str) -> None:
        if not self.takes(sign):
            raise self.unexpected(sign)

    def unexpected(self, wanted: str = "") -> ExpressionError:
        found = f"`{self.now.value}`" if self.now.sort is not Sort.END else "the end"
        if not wanted and self.now.value in {"[", "{"}:
            return ExpressionError("Rules do not index lists.", "Use `in`, or list.exists(x, ...).", self.now.at)
        expected = f"`{wanted}`" if wanted else "an operator or the end"
        return ExpressionError(f"Here stands {found} where {expected} is wanted.", "Look at the brackets.", self.now.at)

    def choice(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError("This expression nests too deep.", "Split it into several rules.", self.now.at)
        node = self.binary(0)
        if self.now.value == "?" and self.now.sort is Sort.SIGN:
            at = self.take().at
            yes = self.binary(0)
            self.want(":")
            node = Choice(node, yes, self.choice(), at)
        self.depth -= 1
        return node

    def binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self.unary()
        node = self.binary(level + 1)
        while self.now.sort in {Sort.SIGN, Sort.NAME} and self.now.value in _LEVELS[level]:
            token = self.take()
            node = Binary(token.value, node, self.binary(level + 1), token.at)
        return node

    def unary(self) -> Node:
        token = self.now
        for sign in ("!", "-"):
            if not self.takes(sign):
                continue
            if self.now.value == sign and self.now.sort is Sort.SIGN:
                raise ExpressionError(f"`{sign}` stands twice.", "Once is enough, or none.", self.now.at)
            return Unary(sign, self.members(), token.at)
        return self.members()

    def members(self) -> Node:
        node = self.primary()
        while self.takes("."):
            name = self.take()
            if name.sort is not Sort.NAME:
                raise ExpressionError("After the dot a name is wanted.", "For example: specs.exists(s, ...)", name.at)
            if self.takes("("):
                node = Call(name.value, node, self.args(")"), name.at)
            else:
                node = Member(node, name.value, name.at)
        return node

    def args(self, end: str) -> tuple[Node, ...]:
        found: list[Node] = []
        if self.takes(end):
            return ()
        while True:
            found.append(self.choice())
            if self.takes(end):
                return tuple(found)
            self.want(",")

    def primary(self) -> Node:
        token = self.take()
        match token.sort:
            case Sort.TEXT:
                return Literal(token.value, token.at)
            case Sort.INT if int(token.value) > _MAX_INT:
                raise ExpressionError("This number is too large.", "Numbers have 64 bits.", token.at)
            case Sort.INT:
                return Literal(int(token.value), token.at)
            case Sort.DOUBLE:
                return Literal(float(token.value), token.at)
            case Sort.NAME:
                return self.named(token)
        if token.value == "(":
            node = self.choice()
            self.want(")")
            return node
        if token.value == "[":
            return Several(self.args("]"), token.at)
        found = f"`{token.value}`" if token.sort is not Sort.END else "the end"
        raise ExpressionError(
            f"Here stands {found} where a value is wanted.", "Is something missing before it?", token.at
        )

    def named(self, token: Token) -> Node:
        if token.value in {"true", "false"}:
            return Literal(token.value == "true", token.at)
        if token.value in {"null", "in"}:
            hint = "Every fact has a value: an empty text, an empty list or 0 where there is none."
            raise ExpressionError(f"`{token.value}` is no value here.", hint, token.at)
        if self.takes("("):
            return Call(token.value, None, self.args(")"), token.at)
        return Name(token.value, token.at)
