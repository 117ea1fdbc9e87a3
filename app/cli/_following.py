"""Following a project's feed beside other work: hears that something changed at once, and says when it cannot."""

import json
from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any
from urllib.parse import urlencode

from app.cli._remote import Remote
from app.client import stream
from specs.errors import HoldfastError, UnavailableError

KINDS = ("spec.*", "proposal.decided", "conflict.*", "task.outdated", "task.overlaps")
# A feed says something every fifteen seconds.
SILENCE = 45
PAUSE, LONGEST = 1.0, 60.0
DENIED = "denied"


class Follower:
    """Follows the feed in a thread of its own, and goes on after the last event whenever it is cut.

    `stirred` is set when there is something to look at: an event, or a feed that began anew. `say` is told of each
    change between hearing the feed and not hearing it.
    """

    def __init__(self, at: Remote, say: Callable[[str], None]) -> None:
        self.stirred = Event()
        self.heard: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._at = at
        self._say = say
        self._ended = Event()
        self._live: bool | None = None
        self._last = ""

    @property
    def live(self) -> bool:
        """Say whether the feed is heard now: what changes is told without asking."""
        return self._live is True

    def start(self) -> None:
        """Begin to follow, until `stop` or the end of the program."""
        Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        """Follow no further, from the next event or cut on."""
        self._ended.set()

    def _run(self) -> None:
        pause = PAUSE
        while not self._ended.is_set():
            try:
                self._listen()
                pause = PAUSE
            except UnavailableError:
                self._tell(live=False)
            except HoldfastError as error:
                cursor = error.details.get("cursor")
                if not isinstance(cursor, str):
                    self._tell(live=False, why=f" ({error.message})")
                self._last = cursor if isinstance(cursor, str) else self._last
                self.stirred.set()
            self._ended.wait(pause)
            pause = min(pause * 2, LONGEST)

    def _listen(self) -> None:
        """Read one stream to its end."""
        path = f"/api/v1/projects/{self._at.quoted(self._at.project)}/events?{urlencode({'kinds': ','.join(KINDS)})}"
        for kind, data, cursor in stream(self._at.server, path, token=self._at.token, last=self._last, seconds=SILENCE):
            self._last = cursor or self._last
            if kind == "end":
                if DENIED in data:
                    self._tell(live=False)
                return
            self._tell(live=True)
            if kind:
                self.heard.put(json.loads(data))
                self.stirred.set()
        self._tell(live=False)

    def _tell(self, *, live: bool, why: str = "") -> None:
        if live is self._live or self._ended.is_set():
            return
        before, self._live = self._live, live
        if live:
            self.stirred.set()
            self._say("Following what happens there." if before is None else "Following again what happens there.")
        else:
            self._say(f"What happens there cannot be followed{why}: asking in rounds.")
