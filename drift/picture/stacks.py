"""Layers as rows of a picture: which names a rule of kind `layers` puts where. Pure."""

from dataclasses import dataclass

from drift.kinds.layers import read
from drift.selection.select import Selector
from specs.document import InvariantBlock
from specs.problem import Problem


@dataclass(frozen=True, slots=True)
class Stack:
    """The layers of a rule from the top: how each is called, and the selectors of its parts.

    `container` is the package they lie in, where the rule names one that has no wildcard.
    """

    invariant: str
    labels: tuple[str, ...]
    layers: tuple[tuple[Selector, ...], ...]
    container: str = ""


def stack_of(block: InvariantBlock) -> Stack | None:
    """Read the layers of an invariant; None for another kind, or one that cannot be read."""
    if block.kind != "layers":
        return None
    options, _ = read(block)
    if not options.layers:
        return None
    containers = [one.pattern for one in options.containers] or [""]
    labels = tuple(" | ".join(part.selector.pattern for part in layer.parts) for layer in options.layers)
    layers = tuple(
        tuple(one for part in layer.parts for container in containers for one in in_container(container, part.selector))
        for layer in options.layers
    )
    plain = containers[0] if len(containers) == 1 and "*" not in containers[0] else ""
    return Stack(block.id, labels, layers, plain)


def in_container(container: str, selector: Selector) -> tuple[Selector, ...]:
    """Give the selector of a layer inside a container; nothing where the two make no name."""
    if not container:
        return (selector,)
    separator = next((one for one in ("/", "::", "\\") if one in container), ".")
    found = Selector.parse(f"{container}{separator}{selector.pattern}")
    return () if isinstance(found, Problem) else (found,)


def level_of(name: str, separator: str, path: str, stack: Stack) -> int | None:
    """Say in which layer a part lies: from its name or, for a rule that speaks of paths, from that of a module."""
    segments = name.split(separator)
    names = [separator.join(segments[:length]) for length in range(len(segments), 0, -1)]
    steps = path.split("/") if path else []
    names += ["/".join(steps[:length]) for length in range(len(steps), 0, -1)]
    for one in names:
        for level, selectors in enumerate(stack.layers):
            if any(selector.pattern == one or selector.matches_name(one) for selector in selectors):
                return level
    return None
