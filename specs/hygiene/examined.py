"""What is known of a text's hygiene from its bytes alone, as a value that can be kept. Needs no Markdown library."""

from specs.problem import Problem
from specs.values import dataclass


@dataclass(frozen=True, slots=True)
class Examined:
    """Problems of a text wherever it lies, and its links to other Markdown: each as written, with its line."""

    problems: tuple[Problem, ...] = ()
    links: tuple[tuple[str, int], ...] = ()
