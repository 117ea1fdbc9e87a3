"""What commands that serve context share: asking a server, keeping what it said, and serving that while it is away."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.settings import Settings
from specs.errors import UnavailableError
from specs.values import dataclass
from sync.contexts.kept import KeptBundles, Source
from sync.contexts.wanted import Wanted

SECONDS = 20

if TYPE_CHECKING:
    from sync.contexts.recalled import Found


@dataclass(frozen=True, slots=True)
class Library:
    """A project on a server, and what is kept of its answers for one repository."""

    source: Source
    token: str
    kept: KeptBundles
    now: float

    @classmethod
    def of(cls, settings: Settings, server: str, project: str, folder: Path) -> "Library":
        """Open it for the repository that a folder lies in."""
        now = time.time()
        source = Source(server, project, str(top_of(folder)))
        return cls(source, settings.token, KeptBundles(settings.private_dir, now), now)

    def asked(
        self, wanted: Wanted, seconds: float = SECONDS, *, since: str = "", explain: bool = False
    ) -> dict[str, Any]:
        """Ask the server, keep its answer and give it. Raises as `app.client.ask` does.

        An answer that leaves out what was told in the bundle `since` is not kept: alone it says too little.
        """
        from app.client import ask

        place = f"/api/v1/projects/{self.source.project}/context"
        body = {**asdict(wanted), **({"since": since} if since else {}), **({"explain": True} if explain else {})}
        answer = ask("POST", self.source.server, place, body, token=self.token, seconds=seconds).json()
        if not isinstance(answer, dict) or not isinstance(answer.get("markdown"), str):
            hint = "Is the address that of a Holdfast server, and not of a page before it?"
            raise UnavailableError("The answer is no bundle of context.", hint)
        if not since:
            self.kept.keep(self.source, wanted, answer)
        return answer

    def is_away(self) -> bool:
        """Say whether the server did not answer a moment ago."""
        return self.kept.away(self.source)

    def note_away(self) -> None:
        """Note that the server did not answer: for a moment, those in a hurry ask it no more."""
        self.kept.note_away(self.source)

    def recalled(self, wanted: Wanted, *, same: bool = False) -> "Found | None":
        """Give what was kept that bears on a question, marked stale with its age; None where nothing does.

        With `same`, only what was answered to the very same question.
        """
        from sync.contexts.recalled import Found, passages_of, recalled, stale_notice

        one = self.kept.same(self.source, wanted)
        passages, at = (passages_of(one.answer), one.at) if one is not None else ((), 0.0)
        if not passages and not same:
            passages, at = recalled(wanted, self.kept.every(self.source))
        notice = stale_notice(self.source.server, self.now - at)
        return Found(passages, notice, ("stale",)) if passages else None


def top_of(folder: Path) -> Path:
    """Give the top of the repository that a folder lies in, else the folder."""
    start = folder.resolve()
    return next((place for place in (start, *start.parents) if (place / ".git").exists()), start)
