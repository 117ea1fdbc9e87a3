"""Where things of a letter live: every number leads to the list behind it, every item to its page.

Without an address (nobody said how people reach the server) there are no links. A test holds these against those
of the pages, which cannot be asked here, as pages show letters.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from sync.inbox.matters import MatterKind
from sync.weekly.letter import Decision, Item, Letter
from sync.weekly.period import week
from sync.weekly.tally import Count

SAFE = "/-._~"
DECIDED: dict[str, str] = {
    MatterKind.FINDING: "drift/",
    MatterKind.PROPOSAL: "proposals/",
    MatterKind.CONFLICT: "conflicts/",
    MatterKind.GATE: "gates/",
    MatterKind.TASK: "tasks/",
}


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of one project's pages below `base`: the public address of the server, or "" on its own pages."""

    base: str | None
    slug: str

    def number(  # noqa: PLR0913 (which number, of what)
        self, letter: Letter, count: Count, *, owner: str = "", spec: str = "", path: str = "", weeks: int = 0
    ) -> str:
        """Give the list behind a number of the letter, or of so many weeks before it."""
        since, until = letter.since, letter.until
        if weeks:
            earlier = week(letter.begins, letter.zone).back(weeks)
            since, until = earlier.since, earlier.until
        asked = {
            "count": count.value,
            "since": f"{since:%Y-%m-%dT%H:%M:%SZ}",
            "until": f"{until:%Y-%m-%dT%H:%M:%SZ}",
            "owner": owner or letter.owner,
            "spec": spec,
            "path": path,
        }
        query = urlencode({name: value for name, value in asked.items() if value}, errors="backslashreplace")
        return self.place(f"reports/findings?{query}")

    def item(self, item: Item) -> str:
        """Give the page of a finding."""
        query = f"?repository={_quoted(item.repository)}" if item.repository else ""
        return self.place(f"drift/{_quoted(item.fingerprint)}{query}")

    def decision(self, one: Decision) -> str:
        """Give the page where something is decided."""
        if one.kind in {MatterKind.CLAIM, MatterKind.WAIVER}:
            return self.place("claims")
        folder = DECIDED.get(one.kind)
        return self.place(f"{folder}{_quoted(one.subject)}" if folder else "inbox")

    def spec(self, path: str) -> str:
        """Give the page of a spec."""
        return self.place(f"specs/{_quoted(path, SAFE)}") if path else ""

    def report(self, ident: str) -> str:
        """Give the page of a letter that is kept."""
        return self.place(f"reports/{_quoted(ident)}") if ident else ""

    def place(self, name: str) -> str:
        """Give a page of the project by its place below it."""
        return f"{self.base}/p/{_quoted(self.slug)}/{name}" if self.base is not None else ""


def _quoted(text: str, safe: str = "") -> str:
    return quote(text, safe=safe, errors="backslashreplace")
