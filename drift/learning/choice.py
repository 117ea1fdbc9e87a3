"""Chooses among promises: each round the one that forbids, for a line, most of what nobody does and none forbids."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from heapq import heapify, heappop, heappush
from math import log2

from drift.graphs.names import separator_of
from drift.learning.boundaries import strangers, tests_stay_out
from drift.learning.doors import external_doors, own_doors
from drift.learning.field import Cover, Field, packages_of
from drift.learning.habits import habits
from drift.learning.layering import independent_promises, layer_promises
from drift.learning.promises import Promise, union
from drift.learning.table import table_promises

ROOM = 50
# A table names every link, which a reader is glad of: what goes without one has to forbid that many times as much.
MUCH_MORE = 1.5
LEAST_GAIN = 0.002


def candidates(field: Field) -> list[Promise]:
    """Give all that might be promised, in a fixed order."""
    return [
        *layer_promises(field),
        *independent_promises(field),
        *external_doors(field),
        *own_doors(field),
        *strangers(field),
        *tests_stay_out(field),
    ]


THEMES = ("Table", "Layers", "Doors", "Boundaries", "Habits")


@dataclass(frozen=True, slots=True)
class Learned:
    """What was chosen, in the order to read it, and which share of all that nobody imports it forbids."""

    promises: tuple[Promise, ...]
    share: float


def choose(field: Field, holds: Callable[[Promise], bool], room: int = ROOM) -> Learned:
    """Choose promises that hold and fit into so many lines: with each table of the whole, and without.

    `holds` asks the code itself.
    """
    if not field.units:
        return Learned((), 0.0)
    pool = Pool(field, cache(holds))
    tables = [form for one in table_promises(field) if (form := pool.kept(one, room))]
    drafts = [*(pool.fill([table], room) for table in tables), pool.fill([], room)]
    shares = [pool.scale.weigh(union(one.cover for one in draft), {}) for draft in drafts]
    best = max(range(len(tables)), key=lambda number: (shares[number], -number), default=len(tables))
    if shares[-1] > shares[best] * MUCH_MORE:
        best = len(tables)
    chosen = drafts[best]
    for promise in habits(field):
        kept = pool.kept(promise, room - sum(cost(one) for one in chosen))
        chosen = [*chosen, kept] if kept else chosen
    return Learned(tuple(sorted(chosen, key=lambda one: THEMES.index(one.theme))), shares[best])


class Pool:
    """All candidates of a field with what each is worth alone."""

    def __init__(self, field: Field, holds: Callable[[Promise], bool]) -> None:
        self.scale = Scale(field)
        self.holds = holds
        self.found = candidates(field)
        self.worth = [self.scale.weigh(one.cover, {}) for one in self.found]

    def kept(self, promise: Promise, room: int) -> Promise | None:
        """Give the strongest form of a promise that fits and holds."""
        return next((form for form in promise.forms if cost(form) <= room and self.holds(form)), None)

    def fill(self, chosen: list[Promise], room: int) -> list[Promise]:
        """Add to what is chosen, each round what adds most for a line.

        What a promise adds only shrinks as others are taken: one is weighed anew only when it comes to the front.
        """
        taken = union(one.cover for one in chosen)
        room -= sum(cost(one) for one in chosen)
        places = {(one.theme, one.place or one.id) for one in chosen}
        queue = [
            (-worth / cost(one), number) for number, (one, worth) in enumerate(zip(self.found, self.worth, strict=True))
        ]
        heapify(queue)
        while queue:
            _, number = heappop(queue)
            promise = self.found[number]
            place = (promise.theme, promise.place or promise.id)
            if cost(promise) > room or place in places or any(promise.id == one.id for one in chosen):
                continue
            gain = self.scale.weigh(promise.cover, taken)
            if gain < LEAST_GAIN:
                continue
            if queue and -gain / cost(promise) > queue[0][0]:
                heappush(queue, (-gain / cost(promise), number))
                continue
            kept = self.kept(promise, room)
            if kept is None:
                continue
            chosen = [*chosen, kept]
            places.add(place)
            room -= cost(kept)
            taken = union([taken, kept.cover])
        return chosen


def cost(promise: Promise) -> int:
    """Count the lines that a promise takes, with the empty one before it."""
    return len(promise.lines) + 1


class Scale:
    """Weighs pairs (importer, imported) that nobody imports, as shares of all there are.

    Two modules belong to two parts that lie side by side in some package. All pairs of two such parts together weigh as
    the root of their number, so that a rule about small parts counts beside one about large ones. An outside package,
    or the tests, weigh as one part more.
    """

    def __init__(self, field: Field) -> None:
        self.field = field
        self.classes = [self._classes(unit) for unit in range(len(field.units))]
        everything = (1 << len(field.number)) - 1
        self.whole = 1.0
        self.whole = self.weigh(dict.fromkeys(range(len(field.units)), everything), {}) or 1.0

    def _classes(self, unit: int) -> list[tuple[float, int]]:
        """Sort what a unit might import by how much it weighs."""
        field, found = self.field, dict[float, int]()
        inner, separator = 1 << unit, separator_of(field.units[unit])
        for package in packages_of(field.units[unit]):
            container = package.rpartition(separator)[0]
            mine = field.below(package)
            for part in field.containers[container]:
                mask = field.below(part) & ~inner & ~mine
                if mask:
                    pairs = mine.bit_count() * mask.bit_count()
                    weight = 2.0 ** round(-log2(pairs) / 2)
                    found[weight] = found.get(weight, 0) | mask
            inner |= mine
        others = ((1 << len(field.number)) - 1) & ~field.own
        weight = 1.0 / len(field.units)
        found[weight] = found.get(weight, 0) | others
        return sorted(found.items())

    def weigh(self, cover: Cover, taken: Cover) -> float:
        """Weigh what a cover adds."""
        total = 0.0
        for unit, mask in cover.items():
            new = mask & ~taken.get(unit, 0) & ~self.field.direct[unit]
            if new:
                for weight, part in self.classes[unit]:
                    total += weight * (new & part).bit_count()
        return total / self.whole
