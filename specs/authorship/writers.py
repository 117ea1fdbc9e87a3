"""Who wrote most of any part of a text. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from specs.authorship.blame import weights
from specs.authorship.runs import Ground, Run
from specs.revision import Actor


class Writers:
    """The runs of a text, with the people and agents whose revisions they name."""

    def __init__(self, text: str, runs: Sequence[Run], actors: Mapping[str, Actor]) -> None:
        self._text = text
        self._ground = Ground(runs)
        self._actors = actors

    def foremost(self, parts: Iterable[tuple[int, int]]) -> Actor | None:
        """Give who wrote most of the words of some parts (offsets in the text), the first of equals; None: nobody."""
        counts: dict[Actor, int] = {}
        for start, end in parts:
            for origin, weight in weights(self._text, self._ground.between(start, end)).items():
                if weight and (actor := self._actors.get(origin)) is not None:
                    counts[actor] = counts.get(actor, 0) + weight
        return max(counts, key=counts.__getitem__) if counts else None
