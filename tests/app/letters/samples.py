"""Letters to render in tests."""

from datetime import UTC, date, datetime, timedelta

from drift.lives.trend import Week
from sync.weekly import Counts, HotSpot, Item, Letter, Row, Scope

BEGINS = date(2026, 11, 9)
AT = datetime(2026, 11, 10, 12, tzinfo=UTC)


def quiet() -> Letter:
    """Nothing happened, nothing is open."""
    return Letter(
        project="shop",
        title="The shop",
        begins=BEGINS,
        ends=BEGINS + timedelta(days=7),
        made_at=AT,
        verdict="All 5 invariants hold.",
        scopes=(Scope("shop", "main", "c" * 40, AT, 5, 0, ""),),
        counts=Counts(),
        before=Counts(),
        by_spec=(),
        by_owner=(),
        decisions=(),
        new=(),
        regressed=(),
        resolved=(),
        hot_spots=(),
        trend=tuple(Week(BEGINS - timedelta(weeks=back), 0, 0, 0, 0, 0) for back in range(11, -1, -1)),
    )


def full(message: str = "shop.domain imports shop.web.", path: str = "src/shop/domain.py") -> Letter:
    """One new finding."""
    item = Item("abcd" + "0" * 12, "error", message, "Move it.", "pay.md", "layering", path, 3, AT, "ann", "c" * 40)
    counts = Counts(new=1, open=1)
    calm = quiet()
    return Letter(
        project="shop",
        title="The shop",
        begins=BEGINS,
        ends=calm.ends,
        made_at=AT,
        verdict="1 of 5 invariants is broken; 1 finding is open.",
        scopes=calm.scopes,
        counts=counts,
        before=Counts(),
        by_spec=(Row("pay.md", counts),),
        by_owner=(Row("payments", counts),),
        decisions=(item,),
        new=(item,),
        regressed=(),
        resolved=(),
        hot_spots=(HotSpot(path, 1, 1, 6),),
        trend=(*calm.trend[:-1], Week(BEGINS, 1, 0, 0, 0, 1)),
    )
