"""A problem found in content: a value that travels beside the result, never an exception."""

from typing import Literal, TypeAlias

from specs.values import dataclass

Severity: TypeAlias = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a text, where (`line` and `column` count from 1), and what to do (`hint`).

    `code` is a stable kebab-case name, for example `unknown-key`.
    """

    code: str
    message: str
    line: int
    column: int
    hint: str
    severity: Severity = "error"
