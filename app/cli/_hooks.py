"""The work of a hook: what an agent is told at each moment of its session, and what is noted of it."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import Thread
from typing import Any

from app.cli._bundles import Library, top_of
from app.settings import Settings
from app.shell.hooked import Channel, Printer
from specs.errors import HoldfastError, UnavailableError
from sync.agents.answers import Client, answer
from sync.agents.bearing import about, bears_on_files, subjects
from sync.agents.events import Event, Moment, paths_in
from sync.agents.sessions import Sessions, State
from sync.checking.options import CheckOptions
from sync.contexts.context import Passage, PassageKind, standing
from sync.contexts.localcontext import Ground, known_terrain, local_passages, overview, read_ground, surveyed
from sync.contexts.recalled import Found, packed, passages_of
from sync.contexts.terrain import Terrain
from sync.contexts.wanted import Wanted

SERVER_SECONDS = 0.4
# There are many edits, and the rules of each file come first.
EDIT_BUDGET = 1000
MOST_FILES = 10
MARK_BYTES = 8
CHECKED = (
    "Holdfast checked the code after this edit. What follows does not hold, and did when the session began to edit."
)
STANDS = "What follows does not hold in code that this session edited."
GONE = "Holdfast checked the code after this edit: what was found before is gone.\n"
ALONE = "No answer came from the server: this is what the specs of the repository at hand say."
AGAIN = "Told again, for what came before is no longer in sight."


class Hook:
    """One call of a hook, with the repository and the session it is about."""

    def __init__(self, settings: Settings, client: Client, event: Event, budget: int, named: tuple[str, str]) -> None:
        self._settings = settings
        self._client = client
        self._event = event
        self._budget = min(budget, EDIT_BUDGET) if event.moment is Moment.BEFORE_EDIT else budget
        self._named = named
        self._folder = _folder(event.cwd)
        self._sessions = Sessions(settings.private_dir, time.time())

    def answer(self, channel: Channel | Printer) -> None:
        """Tell the client what its agent should know now, note that, and learn what the next hook will want."""
        event = self._event
        if event.moment is Moment.COMPACT or event.source in {"compact", "clear"}:
            with self._state() as state:
                state.forget()
                if event.source == "clear":
                    state.task, state.paths = "", []
        why = "" if event.moment is Moment.COMPACT else self._tell(channel)
        channel.done()
        if why and self._settings.debug:
            sys.stderr.write(f"holdfast: nothing to tell at {event.moment.value}: {why}\n")
        if event.moment in {Moment.START, Moment.PROMPT}:
            self._sessions.tidy()
            self._learn()

    def _tell(self, channel: Channel | Printer) -> str:
        """Tell what there is; gives why there is nothing, "" where something was told."""
        if self._event.moment is Moment.AFTER_EDIT:
            return (
                "" if self._after_edit(channel) else "the edits of this session broke nothing that it was not told of"
            )
        found = self._found()
        with self._state() as state:
            terrain = None if self._ground is None else known_terrain(self._ground)
            late = () if terrain is None or self._event.moment is Moment.SUBAGENT else _unreported(terrain, state)
            passages = (*standing(late), *(one for one in found.passages if not _reported(one, state)))
            notice = "\n".join(part for part in (found.notice, STANDS if late else "") if part)
            all_told = replace(found, passages=tuple(dict.fromkeys(passages)), notice=notice)
            return "" if self._deliver(channel, state, all_told) else self._silence(all_told)

    def _silence(self, found: Found) -> str:
        """Say why nothing is told."""
        if self._ground is None and self._library is None:
            return "there are no specs here, and no server is named"
        if found.passages:
            return "the session knows it already"
        if self._event.moment is Moment.PROMPT and not subjects(self._event.prompt):
            return "the prompt only steers the session"
        return "nothing that specs say bears on it"

    def _deliver(self, channel: Channel | Printer, state: State, found: Found) -> bool:
        """Pack what the session does not know, hand it over, and note it once the client has it."""
        bundle = packed(found, self._budget, os.urandom(MARK_BYTES).hex(), state.told)
        told = answer(self._client, self._event.moment, bundle.text) if bundle.served else ""
        if not told or not channel.deliver(told):
            return False
        kept = (one for one in bundle.served if one.passage.kind is not PassageKind.FINDING)
        state.told += [digest for one in kept for digest in one.tells]
        state.reported += [one.passage.revision for one in bundle.served if one.passage.kind is PassageKind.FINDING]
        return True

    def _found(self) -> Found:
        """Choose what bears on this moment."""
        event = self._event
        if event.moment is Moment.PROMPT:
            paths = self._files(paths_in(event.prompt))[:MOST_FILES]
            if event.prompt.lstrip().startswith("/") or not (paths or subjects(event.prompt)):
                return Found(())
            with self._state() as state:
                state.task, state.paths = event.prompt, list(paths)
            return _only(self._gathered(event.prompt, paths), about(event.prompt))
        if event.moment is Moment.BEFORE_EDIT:
            paths = self._below(event.paths)
            return _only(self._gathered("", paths), bears_on_files) if paths else Found(())
        with self._sessions.of(event.session, "") as state:
            task, paths = state.task, tuple(state.paths)
        if event.moment is Moment.START and event.source == "resume" and (state.told or task):
            return Found(())
        if not task and not paths:
            return Found(() if self._ground is None else overview(self._ground))
        found = self._gathered(task, paths)
        return found if found.notice or event.source != "compact" else replace(found, notice=AGAIN)

    def _gathered(self, task: str, paths: tuple[str, ...]) -> Found:
        """Ask the server where there is one; else, or while it is away, what was kept and the repository itself."""
        wanted = Wanted(task, paths, self._budget)
        library = self._library
        if library is not None:
            given = _in_time(library, wanted)
            if given is not None:
                return Found(passages_of(given), degraded=tuple(given.get("degraded") or ()))
            same = library.recalled(wanted, same=True)
            if same is not None:
                return same
        if self._ground is not None:
            terrain = known_terrain(self._ground) if paths else None
            hurried = self._event.moment is not Moment.BEFORE_EDIT or terrain is not None
            found = local_passages(self._ground, wanted, hurried=hurried)
            return Found(found, "" if library is None else ALONE)
        return (library.recalled(wanted) if library is not None else None) or Found(())

    def _after_edit(self, channel: Channel | Printer) -> bool:
        """Check the code, and tell what the edits broke; where that takes too long, the next hook tells it."""
        paths = self._below(self._event.paths)
        if not paths or self._ground is None:
            return False
        with self._state() as state:
            state.touched = list(dict.fromkeys((*state.touched, *paths)))
            before = known_terrain(self._ground)
            if state.before is None and before is not None:
                state.before = [one.fingerprint for one in before.findings]
        terrain = surveyed(self._ground)
        with self._state() as state:
            present = {one.fingerprint for one in terrain.findings}
            gone = [one for one in state.reported if one not in present]
            state.reported = [one for one in state.reported if one in present]
            fresh = _unreported(terrain, state)
            if fresh:
                notice = CHECKED if state.before is not None else STANDS
                return self._deliver(channel, state, Found(standing(fresh), notice))
            if gone and not state.reported:
                return channel.deliver(answer(self._client, self._event.moment, GONE))
        return False

    def _learn(self) -> None:
        """Look at the code, so that what governs a file is known when it is about to be edited."""
        if self._ground is not None:
            surveyed(self._ground)

    def _state(self) -> Any:
        return self._sessions.of(self._event.session, self._event.agent)

    @cached_property
    def _ground(self) -> Ground | None:
        """Read the specs of the repository; None where it has none."""
        options = CheckOptions(today=datetime.now(tz=UTC).date(), cache_dir=self._settings.cache_dir)
        with suppress(HoldfastError):
            return read_ground(self._folder, options)
        return None

    @cached_property
    def _library(self) -> Library | None:
        """Find the server that is named, or that the folder is linked to."""
        server, project = self._named
        server, project = server or self._settings.server, project or self._settings.project
        if not server:
            from sync.checkout.linking import find_link

            with suppress(HoldfastError):
                found = find_link(self._folder)
                if found is not None:
                    server, project = found[1].server, project or found[1].project
        return Library.of(self._settings, server, project, self._folder) if server and project else None

    @cached_property
    def _root(self) -> Path:
        """The folder that paths are told from."""
        side = None if self._ground is None or self._library is not None else self._ground.side
        return (top_of(self._folder) if side is None or side.root is None else side.root).resolve()

    def _below(self, paths: Sequence[str]) -> tuple[str, ...]:
        """Write paths from the root; those outside are left out."""
        found: list[str] = []
        for path in paths:
            with suppress(ValueError, OSError, RuntimeError):
                place = (self._folder / path).resolve()
                found.append(place.relative_to(self._root).as_posix())
        return tuple(dict.fromkeys(path for path in found if path != "."))

    def _files(self, named: Sequence[str]) -> tuple[str, ...]:
        """Give those of the paths that are there."""
        found: list[str] = []
        for path in named:
            with suppress(OSError, ValueError):
                found += [path] if (self._root / path).exists() else []
        return self._below([str(self._root / path) for path in found])


def _folder(cwd: str) -> Path:
    """Give the folder that a session works in; this process's own where the client names none that is there."""
    with suppress(OSError, ValueError):
        if cwd and Path(cwd).is_dir():
            return Path(cwd).resolve()
    return Path.cwd()


def _only(found: Found, wanted: Callable[[Passage], bool]) -> Found:
    return replace(found, passages=tuple(one for one in found.passages if wanted(one)))


def _reported(passage: Passage, state: State) -> bool:
    return passage.kind is PassageKind.FINDING and passage.revision in state.reported


def _unreported(terrain: Terrain, state: State) -> list[Any]:
    """Give what a session broke, or left broken in files that it edited, and was not told of."""
    return [
        one
        for one in terrain.findings
        if not one.standing
        and one.severity != "info"
        and one.fingerprint not in state.reported
        and (one.path in state.touched or (state.before is not None and one.fingerprint not in state.before))
    ]


def _in_time(library: Library, wanted: Wanted) -> dict[str, Any] | None:
    """Ask the server for no longer than can be waited; None where it is away, slow or refuses."""
    if library.is_away():
        return None
    given: list[dict[str, Any]] = []
    failed: list[bool] = []

    def asking() -> None:
        try:
            given.append(library.asked(wanted, SERVER_SECONDS))
        except UnavailableError:
            failed.append(True)
        except HoldfastError:
            failed.append(False)

    thread = Thread(target=asking, daemon=True)
    thread.start()
    thread.join(SERVER_SECONDS)
    if not given and failed != [False]:
        library.note_away()
    return given[0] if given else None
