"""Holds what conditions of policies may cost against the clock, and says what deciding a change costs.

    python -m benchmarks.policies

Each expression is near the bound, on facts as long as they may be. A step is meant to be half a microsecond.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from specs.cel import MAX_TEXT, evaluate
from specs.expressions.checking import Judged, judge
from specs.expressions.types import Base, Type
from specs.policy.change import Change, ChangedSpec, Side
from specs.policy.deciding import decide
from specs.policy.facts import facts_of
from specs.policy.shipped import shipped
from specs.rules.registry import FACTS, TYPES

EXPRESSIONS = (
    "paths.exists(a, paths.exists(b, a == b + 'x'))",
    "paths.all(a, owners.all(b, !a.contains(b)))",
    "specs.all(s, s.owners.all(o, o != 'x'))",
    "specs.all(s, s.owners.all(o, !(o in s.owners) || true))",
    "size(paths.filter(a, size(a.contains('x') ? paths : owners) > 0)) > 0",
    "size(specs.filter(s, s.words >= 0)) > 0",
    "paths.all(p, !p.matches(r'^payments/.*[a-z]+x$'))",
    "author_name.matches(r'(\\w{50}){2}x')",
    " && ".join(["words_added < 9"] * 99),
    " || ".join(f"paths.exists(p, p.matches(r'^x{n}'))" for n in range(10)),
)


def longest(type_: Type) -> object:
    """Make the largest value of a type."""
    if type_.of is not None:
        return tuple(longest(type_.of) for _ in range(type_.most))
    if type_.base is Base.RECORD:
        return {name: longest(of) for name, of in type_.fields.items()}
    if type_.base is Base.TEXT:
        return type_.values[0] if type_.values else "w" * MAX_TEXT
    return {Base.BOOL: True, Base.DURATION: timedelta(hours=1), Base.DOUBLE: 1.0}.get(type_.base, 1)


def timed(work: Callable[[], object], times: int) -> float:
    """Give the processor's milliseconds of one run, the best of some."""
    best = float("inf")
    for _ in range(times):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best * 1000


def main() -> None:
    """Print both tables."""
    values = {fact.name: longest(fact.type) for fact in FACTS}
    print("    ms    steps  us/step  expression")
    for source in EXPRESSIONS:
        judged = judge(source, TYPES)
        if not isinstance(judged, Judged):
            print(f"refused: {judged.message}  {source[:60]}")
            continue
        took = timed(lambda source=source: evaluate(source, TYPES, values), 5)  # type: ignore[misc]
        print(f"{took:6.2f} {judged.steps:8,} {1000 * took / judged.steps:8.2f}  {source[:70]}")
    print("\n  size   facts ms  decide ms")
    for words in (100, 1_000, 10_000, 100_000):
        lines = [f"## Part {n}\n\nThe service does {n} things and keeps on.\n\n" for n in range(words // 8)]
        before = "# Spec\n\n" + "".join(lines)
        after = before.replace("does 7 things", "MUST do 7 things")
        change = Change((ChangedSpec(Side("a.md", before), Side("a.md", after)),))
        facts = facts_of(change).given({"author_kind": "agent"})
        taken = timed(lambda change=change: facts_of(change), 3)  # type: ignore[misc]
        decided = timed(lambda facts=facts: decide(shipped(), facts), 20)  # type: ignore[misc]
        print(f"{len(after):7,} {taken:9.1f} {decided:10.2f}")


if __name__ == "__main__":
    main()
