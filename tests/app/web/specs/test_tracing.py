from datetime import UTC, datetime

from app.web.specs.tracing import fact_of
from sync.traces.items import Item
from sync.traces.junit import Case, Result
from sync.traces.standing import Deployed, Ended, Implemented, Place, Standing, Trouble
from sync.traces.standing import Tested as Ran
from sync.traces.tags import Tag, TagKind

AT = datetime(2026, 3, 2, tzinfo=UTC)
ITEM = Item("a.md", "FR-001", "A refund is paid.", "", 3, invariants=("one",))
CODE = Place("a.py", Tag("a#FR-001", TagKind.IMPLEMENTATION, 1))


def test_a_requirement_is_told_in_a_few_words():
    assert fact_of(Standing(ITEM)).marks == (("none", "not implemented"), ("none", "not tested"))
    failed = Ended(Case("t", result=Result.FAILED))
    row = Standing(
        ITEM,
        Implemented.NAMED,
        Ran.FAILED,
        (CODE,),
        (),
        (failed,),
        (Deployed("prod", "c" * 40, AT),),
        (Trouble("test", "t", AT),),
    )
    told = fact_of(row)
    assert told.marks == (("unmatched", "implemented in 1 place"), ("drift", "1 test failed"), ("kept", "runs in prod"))
    assert (told.broken, told.since) == (("test t",), AT)
    assert fact_of(Standing(ITEM, Implemented.BROKEN)).marks[0] == ("drift", "1 invariant broken")
