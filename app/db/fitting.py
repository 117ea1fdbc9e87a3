"""How the schema of a database and this program go together. Knows neither."""

from enum import StrEnum


class Fit(StrEnum):
    """The same, the schema behind the program, ahead of it so that it goes on, or beyond what it can go on with."""

    SAME = "same"
    BEHIND = "behind"
    AHEAD = "ahead"
    BEYOND = "beyond"

    @property
    def hint(self) -> str:
        """Say what to do where the two do not go together; nothing where they do."""
        if self is Fit.BEHIND:
            return "Run `holdfast migrate`."
        return "Start the newer Holdfast that migrated it." if self is Fit.BEYOND else ""
