"""The links of a letter are the addresses of our pages."""

from dataclasses import replace

from app.letters.links import Links
from app.web import addresses
from sync.inbox.matters import MatterKind
from sync.weekly.tally import Count
from tests.app.letters.samples import full

LINKS = Links("", "the shop")


def test_links_are_the_addresses_of_pages() -> None:
    letter = full(path="a b/?#.md")
    [item], [decision] = letter.new, letter.decisions
    assert LINKS.item(item) == addresses.finding("the shop", item.fingerprint, item.repository)
    assert LINKS.spec("a b/?#.md") == addresses.spec("the shop", "a b/?#.md")
    assert LINKS.report("1") == addresses.report("the shop", "1")
    assert LINKS.place("inbox") == addresses.inbox("the shop")
    assert LINKS.place("gates") == addresses.gates("the shop")
    assert LINKS.place("specs") == addresses.specs("the shop")
    assert LINKS.place("tasks") == addresses.tasks("the shop")
    assert LINKS.place("context") == addresses.context("the shop")
    assert LINKS.place("coverage") == addresses.coverage("the shop")
    assert LINKS.place("drift") == addresses.findings("the shop")
    assert LINKS.place("drift?state=waived") == addresses.chosen("the shop", state="waived")
    assert LINKS.number(letter, Count.NEW).startswith(f"{addresses.report_findings('the shop')}?count=new&since=")
    pages = {
        MatterKind.FINDING: addresses.finding,
        MatterKind.PROPOSAL: addresses.proposal,
        MatterKind.CONFLICT: addresses.conflict,
        MatterKind.GATE: addresses.gate,
        MatterKind.TASK: addresses.task,
    }
    for kind, page in pages.items():
        assert LINKS.decision(replace(decision, kind=kind.value, subject="x")) == page("the shop", "x")
    for kind in (MatterKind.CLAIM, MatterKind.WAIVER):
        assert LINKS.decision(replace(decision, kind=kind.value)) == addresses.claims("the shop")
    assert LINKS.decision(replace(decision, kind=MatterKind.FROZEN.value)) == addresses.inbox("the shop")
