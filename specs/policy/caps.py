"""What a policy caps: how high a number may rise before the policies no longer say `allow`. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from specs.expressions.syntax import Binary, Call, Choice, Literal, Member, Name, Node, Several, Unary, tree_of
from specs.expressions.tokens import ExpressionError
from specs.policy.deciding import decide
from specs.policy.facts import Facts
from specs.rules.actions import Verdict
from specs.rules.policy import Policy
from specs.rules.registry import Event, Value

MOST_TRIED = 20
_ABOVE = {">", ">=", "<", "<="}


def cap_of(policies: Sequence[Policy], event: Event, facts: Mapping[str, Value], name: str) -> float | None:
    """Give the lowest number that conditions compare a fact with and above which the act no longer goes by itself.

    None where no policy caps it, or where the act does not go by itself even with the fact at 0.
    """
    asked = [one for one in policies if event in one.events and not one.broken]
    numbers = sorted({number for one in asked for number in _compared(one.when, name)})
    whole = not any(isinstance(number, float) for number in numbers)

    def goes(number: float) -> bool:
        value = int(number) if whole else float(number)
        return decide(policies, Facts({**facts, name: value}), event).verdict is Verdict.ALLOW

    if not numbers or not goes(0):
        return None
    return next((number for number in numbers[:MOST_TRIED] if not goes(number + 1)), None)


def _compared(source: str, name: str) -> Iterator[float]:
    """Give the numbers that a condition compares a fact with."""
    try:
        pending: list[Node] = [tree_of(source)]
    except ExpressionError:
        return
    while pending:
        node = pending.pop()
        if isinstance(node, Binary) and node.sign in _ABOVE:
            for fact, number in ((node.left, node.right), (node.right, node.left)):
                known = isinstance(number, Literal) and isinstance(number.value, int | float)
                if isinstance(fact, Name) and fact.name == name and known:
                    yield number.value  # type: ignore[union-attr, misc]  # a number, as was just seen
        pending += parts_of(node)


def parts_of(node: Node) -> list[Node]:
    """Give what a part of a condition is made of."""
    match node:
        case Member() | Unary():
            return [node.of]
        case Call():
            return [*node.args, *([] if node.of is None else [node.of])]
        case Several():
            return list(node.items)
        case Binary():
            return [node.left, node.right]
        case Choice():
            return [node.condition, node.yes, node.no]
        case _:
            return []
