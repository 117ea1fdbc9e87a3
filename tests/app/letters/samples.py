"""Letters to render in tests."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sync.weekly.letter import (
    Age,
    Agents,
    Decision,
    Edge,
    Gated,
    Health,
    Honesty,
    HotSpot,
    Item,
    Letter,
    Override,
    Point,
    Rate,
    Scope,
    Waiver,
    Waivers,
)
from sync.weekly.period import week
from sync.weekly.tally import Counts, Row

BEGINS = date(2026, 11, 9)
AT = datetime(2026, 11, 10, 12, tzinfo=UTC)
PERIOD = week(BEGINS)


def quiet() -> Letter:
    """Nothing happened, nothing is open."""
    return Letter(
        project="shop",
        title="The shop",
        begins=BEGINS,
        ends=PERIOD.ends,
        since=PERIOD.since,
        until=PERIOD.until,
        zone="UTC",
        made_at=AT + timedelta(days=6),
        verdict="All 5 invariants hold.",
        counts=Counts(),
        before=Counts(),
        baseline=0,
        scopes=(Scope("shop", "main", "c" * 40, AT, 5, 0, 0, "", 3, 0, "a" * 40, "c" * 40),),
        trend=tuple(Point(BEGINS - timedelta(weeks=back), Counts()) for back in range(11, -1, -1)),
    )


def full(
    message: str = "`shop.domain` imports `shop.web`.", path: str = "src/shop/domain.py", by: str = "ann"
) -> Letter:
    """A week in which everything happened, with texts from elsewhere as given."""
    item = Item(
        "abcd" + "0" * 12, "shop", "layering", "error", message, "Move it.", "pay.md", "layering", path, 3, AT, by,
        "c" * 40, ("payments",), by_agent=True,
    )  # fmt: skip
    counts, before = Counts(41, 37, 29, 23, 19, 53), Counts(11, 37, 30, 0, 7, 13)
    decision = Decision(
        "finding", item.fingerprint, f"{path} is broken: what becomes of it?", message, AT, ("payments",)
    )
    waiver = Waiver("layering", path, "2026-11-20", by, message, AT)
    calm = quiet()
    return replace(
        calm,
        verdict="1 of 5 invariants is broken; 53 findings are open.",
        counts=counts,
        before=before,
        baseline=3,
        decisions=(decision,),
        by_spec=(Row("pay.md", counts), Row(path, Counts(open=2))),
        by_owner=(Row("payments", counts, tuple(range(12))), Row(by, Counts(open=1), (0,) * 12)),
        new=(item,),
        regressed=(item,),
        worsened=(item,),
        resolved=(item,),
        hot_spots=(HotSpot("shop", path, 1, 1, 6, item, message, message),),
        trend=tuple(
            Point(
                BEGINS - timedelta(weeks=back),
                counts if not back else Counts(new=back, open=back + 60),
                41000 - 500 * back if back < 11 else 0,
            )
            for back in range(11, -1, -1)
        ),
        edges=(Edge("shop.domain", "shop.web", 3), Edge(path, message, 1)),
        gates=Gated(7, 4, 2, 1, (Override("0" * 32, "shop", "d" * 40, by, message),), 9),
        waivers=Waivers(3, 1, 1, (waiver,), waiver, 7),
        ages=(Age("under a day", 1), Age("over 2 weeks", 2)),
        waiting=(decision,),
        health=Health(4, 2, 9, 3, 12, 6, 5, 2, 1, 1),
        agents=Agents(5, 3, 8, 41, 11, 2),
        honesty=Honesty(1, 1, 2, 3, 1, 1, 8, 2),
        rates=(Rate("lines of code", 41000, 1000, 1.0, 0.9, 0.71, 0.56, 0.46, 1.29),),
        drifting=Row(path, counts),
        oldest=item,
    )


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[a](javascript:alert(1)) ![b](https://evil.example/x.png)",
    "</td></tr></table><h1>x</h1>\r\nBcc: eve@example.org",
    "<!channel> <@U123> <https://evil.example|here> *b* _i_ ~s~ `c`",
    '#panic("x") #import "/etc/passwd" \\" $x$ = _a_ @b',
    "` `` ``` | pipe | https://evil.example www.evil.example eve@example.org",
    "\u202egnp.exe \u200b\u2066x\u2069 \x1b[31m \x07",
    "&lt;script&gt; {{7*7}} ${7*7} %s {0}",
    "- a\n- b\n\n```\ncode\n```\n---\n1. c",
)
