"""Writes attributions as few bytes and reads them back: names once, runs as numbers, compressed. Never pickle."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence

from specs.authorship.memory import Chunk, Passage
from specs.authorship.runs import Mark, Run


def pack_runs(runs: Sequence[Run]) -> bytes:
    """Write runs. Equal runs give equal bytes."""
    names = _Names()
    rows = [names.row(run) for run in runs]
    return _packed({"names": names.all, "runs": rows})


def unpack_runs(data: bytes) -> tuple[Run, ...]:
    """Read what `pack_runs` wrote."""
    read = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
    return tuple(_runs(read["names"], read["runs"]))


def pack_chunk(chunk: Chunk) -> bytes:
    """Write forgotten passages. Equal chunks give equal bytes."""
    names = _Names()
    rows = [[passage.text, [names.row(run) for run in passage.runs]] for passage in chunk.passages]
    return _packed({"names": names.all, "passages": rows})


def unpack_chunk(data: bytes) -> Chunk:
    """Read what `pack_chunk` wrote."""
    read = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
    names = read["names"]
    return Chunk(tuple(Passage(text, tuple(_runs(names, rows))) for text, rows in read["passages"]))


def digest_of(data: bytes) -> str:
    """Name a packed chunk by its content."""
    return hashlib.sha256(data).hexdigest()


class _Names:
    """Numbers for the revisions that runs name; 0 is no revision."""

    def __init__(self) -> None:
        self.all: list[str] = [""]
        self._numbers = {"": 0}

    def row(self, run: Run) -> list[int]:
        return [run.length, self._number(run.mark.origin), self._number(run.mark.doubt)]

    def _number(self, name: str) -> int:
        number = self._numbers.setdefault(name, len(self.all))
        if number == len(self.all):
            self.all.append(name)
        return number


def _runs(names: Sequence[str], rows: Iterable[Sequence[int]]) -> Iterable[Run]:
    return (Run(length, Mark(names[origin], names[doubt])) for length, origin, doubt in rows)


def _packed(value: object) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))
