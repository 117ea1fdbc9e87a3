"""What files say, kept by blob id, language and version; and what checks came to. On disk, or in memory alone.

Tiers are kept and read apart: a check that asks for imports never loads definitions. Everything here may be missing,
stale, cut, forged or read-only: then it counts as not cached, silently. Nothing is ever unpickled.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from drift.facts import Body, Call, Definition, FileFacts, RawImport, Scope, Tier
from specs.problem import Problem
from sync.cache.factcodec import (
    FORMAT,
    NO_SYNTAX,
    TIERS,
    Head,
    Second,
    decode_bodies,
    decode_definitions,
    decode_imports,
    encode,
    unpack,
    unpack_all,
)
from sync.cache.packs import Pack, newest_first, only_writer, read_file, replace_file
from sync.cache.stamp import stamp

PACK_LIMIT = 96_000_000
VERDICTS_KEPT = 40
MEMOS_KEPT = 200
GRAPHS_KEPT = 6
NOWHERE = Path("/nonexistent")
IGNORE = b"# Holdfast's cache: safe to delete.\n*\n"


Reread = Callable[[str], FileFacts]


class StoredFacts(FileFacts):
    """Facts that are read, tier by tier, when they are looked at; only their problems are at hand."""

    __slots__ = ("_blob", "_reread", "_shelf")

    _shelf: "Shelf"
    _blob: str
    _reread: Reread

    @property
    def lines(self) -> int:
        """How many lines the file has."""
        return self._shelf.head(self._blob, self._reread)[0]

    @property
    def imports(self) -> tuple[RawImport, ...]:
        """What the file imports."""
        return self._shelf.head(self._blob, self._reread)[1]

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What packages the file adds to."""
        return self._shelf.head(self._blob, self._reread)[3]

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """What the file defines."""
        return self._shelf.definitions(self._blob, self._reread)[0]

    @property
    def syntax(self) -> tuple[Problem, ...]:
        """Errors of syntax that do not hamper the imports."""
        return self._shelf.definitions(self._blob, self._reread)[1]

    @property
    def calls(self) -> tuple[Call, ...]:
        """What the file calls."""
        return self._shelf.bodies(self._blob, self._reread)[0]

    @property
    def bodies(self) -> tuple[Body, ...]:
        """What is inside the file's functions."""
        return self._shelf.bodies(self._blob, self._reread)[1]

    @property
    def tier(self) -> Tier:
        """All of it: what is not kept is read from the file when it is looked at."""
        return Tier.BODIES


def head_of(facts: FileFacts) -> Head:
    """Give what the first tier holds."""
    return facts.lines, facts.imports, facts.problems, facts.scopes


class Shelf:
    """The facts of one language; `key` names dialect and version of its reader. A pack for each tier.

    What turns out to be damaged when it is looked at is read from the file again, by the `reread` that came along.
    """

    def __init__(self, folder: Path, language: str, key: str) -> None:
        self.language = language
        self.packs = {tier: Pack(folder / f"{key}.{FORMAT}.{tier}.pack") for tier in TIERS}
        self._heads: dict[str, Head] = {}
        self._definitions: dict[str, Second] = {}
        self._bodies: dict[str, tuple[tuple[Call, ...], tuple[Body, ...]]] = {}

    def heads(self, blobs: Iterable[str], reread: Reread) -> dict[str, FileFacts]:
        """Give the facts of those blobs whose imports are kept."""
        pack = self.packs["imports"]
        payloads = {blob: payload for blob in blobs if (payload := pack.get(blob)) is not None}
        found: dict[str, FileFacts] = {}
        for blob, value in zip(payloads, unpack_all(list(payloads.values())), strict=True):
            head = decode_imports(value)
            if head is not None:
                self._heads[blob] = head
                found[blob] = self.stored(blob, head[2], reread)
        return found

    def stored(self, blob: str, problems: tuple[Problem, ...], reread: Reread) -> FileFacts:
        """Give facts that are said to be kept."""
        facts = object.__new__(StoredFacts)
        for name, value in (("language", self.language), ("problems", problems), ("_shelf", self)):
            object.__setattr__(facts, name, value)
        object.__setattr__(facts, "_blob", blob)
        object.__setattr__(facts, "_reread", reread)
        return facts

    def lacks(self, blob: str, tier: Tier) -> bool:
        """Say whether a tier of a file, or one before it, is not kept."""
        return not all(self.packs[name].has(blob) for name in TIERS[:tier])

    def errors(self, blob: str, reread: Reread) -> tuple[Problem, ...]:
        """Give the errors of syntax of one file; where there are none, its definitions are not read for it."""
        payload = self.packs["definitions"].get(blob)
        if payload is not None and payload.endswith(NO_SYNTAX):
            return ()
        return self.definitions(blob, reread)[1]

    def head(self, blob: str, reread: Reread) -> Head:
        """Read lines, imports, problems and declared packages of one file."""
        if blob not in self._heads:
            found = decode_imports(unpack(self.packs["imports"].get(blob) or b""))
            if found is None:
                found = head_of(reread(blob))
            self._heads[blob] = found
        return self._heads[blob]

    def definitions(self, blob: str, reread: Reread) -> Second:
        """Read the definitions of one file, and its errors of syntax."""
        if blob not in self._definitions:
            found = decode_definitions(unpack(self.packs["definitions"].get(blob) or b""))
            if found is None:
                again = self._read_again(blob, reread)
                found = again.definitions, again.syntax
            self._definitions[blob] = found
        return self._definitions[blob]

    def bodies(self, blob: str, reread: Reread) -> tuple[tuple[Call, ...], tuple[Body, ...]]:
        """Read the calls of one file, and what is inside its functions."""
        if blob not in self._bodies:
            found = decode_bodies(unpack(self.packs["bodies"].get(blob) or b""))
            if found is None:
                again = self._read_again(blob, reread)
                found = again.calls, again.bodies
            self._bodies[blob] = found
        return self._bodies[blob]

    def _read_again(self, blob: str, reread: Reread) -> FileFacts:
        """Read a file whole, for what is not kept of it, and keep that."""
        again = reread(blob)
        for tier, payload in zip(TIERS, encode(again), strict=False):
            self.packs[tier].add(blob, payload)
        return again

    def keep(self, blob: str, payloads: Sequence[bytes], reread: Reread, known: FileFacts | None = None) -> FileFacts:
        """Keep the payloads of one file, as `encode` made them (of facts that may be `known`), and give its facts."""
        head = decode_imports(unpack(payloads[0])) if known is None else head_of(known)
        if head is None:
            return reread(blob)
        for tier, payload in zip(TIERS, payloads, strict=False):
            self.packs[tier].add(blob, payload)
        self._heads[blob] = head
        return self.stored(blob, head[2], reread)


class FactCache:
    """A folder of shelves and verdicts. With no folder, or one that cannot be written, all stays in memory."""

    def __init__(self, folder: Path | None = None, *, own: bool = False) -> None:
        self._folder = folder
        self._own = own
        self._shelves: dict[str, Shelf] = {}
        self._packs: dict[str, Pack] = {}

    @classmethod
    def beside(cls, root: Path) -> "FactCache":
        """Give the cache that lies under a checked root. Links on the way there are not followed."""
        home = root / ".holdfast"
        if home.is_symlink() or (home / "cache").is_symlink():
            return cls()
        return cls(home / "cache", own=True)

    @property
    def lasting(self) -> bool:
        """Whether there is a folder to keep anything in."""
        return self._folder is not None

    @property
    def folder(self) -> Path | None:
        """The folder in which everything is kept."""
        return self._folder

    def shelf(self, language: str, key: str) -> Shelf:
        """Give the shelf of a language, for the dialect and version that `key` names."""
        if key not in self._shelves:
            self._shelves[key] = Shelf(self._folder or NOWHERE, language, key)
        return self._shelves[key]

    def answers(self) -> Pack:
        """Give the pack of answers to questions about sources; its keys are SHA-256 digests of what was asked."""
        return self._pack("answers")

    def specs(self, *, prose: bool = False) -> Pack:
        """Give the pack of parsed specs, or of other parsed prose, by blob id."""
        return self._pack(f"{'prose' if prose else 'specs'}-{stamp()}")

    def _pack(self, name: str) -> Pack:
        if name not in self._packs:
            self._packs[name] = Pack((self._folder or NOWHERE) / f"{name}.pack")
        return self._packs[name]

    def verdict(self, key: str) -> bytes | None:
        """Give the verdict kept under a key (hex digits); None when there is none."""
        return self._get("verdicts", key)

    def keep_verdict(self, key: str, payload: bytes) -> None:
        """Keep the result of a check; the oldest beyond some forty go."""
        self._keep("verdicts", key, payload, VERDICTS_KEPT)

    def memo(self, key: str) -> bytes | None:
        """Give what is remembered of the past under a key (hex digits); None when nothing is."""
        return self._get("past", key)

    def keep_memo(self, key: str, payload: bytes) -> None:
        """Remember something of the past; the oldest beyond some two hundred go."""
        self._keep("past", key, payload, MEMOS_KEPT)

    def graph(self, key: str) -> bytes | None:
        """Give the graph kept under a key (hex digits); None when there is none."""
        return self._get("graphs", key)

    def keep_graph(self, key: str, payload: bytes) -> None:
        """Keep the resolved imports of a tree; the oldest beyond a handful go."""
        self._keep("graphs", key, payload, GRAPHS_KEPT)

    def outcomes(self, key: str) -> bytes | None:
        """Give the outcomes of invariants kept under a key (hex digits); None when there are none."""
        return self._get("outcomes", key)

    def keep_outcomes(self, key: str, payload: bytes) -> None:
        """Keep the outcomes of invariants; the oldest beyond a handful go."""
        self._keep("outcomes", key, payload, GRAPHS_KEPT)

    def terrain(self, key: str) -> bytes | None:
        """Give what is known of the code below a root, named by a key (hex digits); None when nothing is."""
        return self._get("terrain", key)

    def keep_terrain(self, key: str, payload: bytes) -> None:
        """Keep what is known of the code below a root, in place of what was known; a handful of roots are kept."""
        self._keep("terrain", key, payload, GRAPHS_KEPT)

    def _get(self, room: str, key: str) -> bytes | None:
        return (read_file(self._folder / room / f"{key}.json") or None) if self._folder else None

    def _keep(self, room: str, key: str, payload: bytes, most: int) -> None:
        """Write one small file; where that cannot be done, nothing happens."""
        if self._folder is None:
            return
        place = self._folder / room
        with suppress(OSError):
            self._prepare()
            if place.is_symlink():
                return
            place.mkdir(exist_ok=True)
            replace_file(place / f"{key}.json", [payload])
            for old in newest_first(place)[most:]:
                old.unlink(missing_ok=True)

    def save(self) -> None:
        """Write what is new. Where the folder cannot be written, or another process is writing, nothing happens."""
        every = self._every()
        if self._folder is None or not any(pack.changed for pack in every):
            return
        with suppress(OSError):
            self._prepare()
            with only_writer(self._folder) as mine:
                if mine:
                    for pack in every:
                        pack.save(PACK_LIMIT)
                    self._drop_old_formats()

    def _prepare(self) -> None:
        """Make the folder, which tells git to ignore itself. Raises `OSError`."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        home = self._folder.parent if self._own else self._folder
        ignore = home / ".gitignore"
        if self._own and not ignore.exists():
            replace_file(ignore, [IGNORE])

    def _drop_old_formats(self) -> None:
        """Delete packs of languages' former versions, once they are the oldest things here. Raises `OSError`."""
        if self._folder is None:
            return
        current = {pack.path.stem for pack in self._every()}
        dialects = {stem.partition(".")[0].rpartition("-")[0] for stem in current} - {""}
        for path in newest_first(self._folder):
            stale = path.stem not in current and path.name.partition(".")[0].rpartition("-")[0] in dialects
            if stale and path.suffix in {".pack", ".log"}:
                path.unlink(missing_ok=True)

    def _every(self) -> list[Pack]:
        """Give all packs that were looked at."""
        return [*self._packs.values(), *(pack for shelf in self._shelves.values() for pack in shelf.packs.values())]
