"""Choosing the intent that bears on a task."""

from dataclasses import replace

from specs.parser import parse
from sync.contexts.context import OpenFinding, PassageKind, SpecSource, candidates, governing
from sync.contexts.ties import Area, reaches

PAYMENTS = """---
title: Payments
covers: ["src/payments/**"]
---
# Payments

## Layering

The domain never reaches up.

```yaml invariant
id: payments-layers
kind: layers
layers: [payments.api, payments.domain]
```

## Refunds

A refund is made by `payments.refund` within ten days.
"""
SEARCH = """# Search

## Indexing

Documents are indexed at night, in batches.

## Ranking

Results are ranked by freshness. See `search.index`.
"""


def source(path: str, text: str) -> SpecSource:
    return SpecSource(path, "0" * 64, parse(text), "ann", "human")


SOURCES = [source("payments.md", PAYMENTS), source("search.md", SEARCH)]


def test_governing_invariants_come_first_and_are_not_served_twice() -> None:
    area = Area(paths=("src/payments/domain.py",), governing=frozenset({"payments-layers"}))
    passages = candidates("change the search ranking", SOURCES, area)
    assert passages[0].kind is PassageKind.INVARIANT
    assert "id: payments-layers" in passages[0].text
    layering = next(row for row in passages[1:] if row.anchor == "layering")
    assert "payments-layers" not in layering.text
    assert "The domain never reaches up." in layering.text


def test_a_section_with_its_invariants_names_them_as_told() -> None:
    whole = next(row for row in candidates("layering of the domain", SOURCES, Area()) if row.anchor == "layering")
    area = Area(paths=("src/payments/domain.py",), governing=frozenset({"payments-layers"}))
    parts = [row for row in candidates("layering of the domain", SOURCES, area) if row.anchor == "layering"]
    assert {row.digest for row in parts} == set(whole.holds)


def test_what_is_yet_to_be_written_is_not_served() -> None:
    purpose, rows = "TBD - created by archiving change add-ledger.", "TODO: rows MUST add up."
    text = f"# Ledger\n\n## Purpose\n\n{purpose}\n\n## Rows\n\n{rows}\n"
    found = candidates("purpose and rows of the ledger", [source("ledger.md", text)], Area())
    assert [row.anchor for row in found] == ["rows"]


def test_sections_are_ranked_by_the_words_of_the_task() -> None:
    passages = candidates("documents must be indexed in batches", SOURCES, Area())
    assert (passages[0].spec, passages[0].anchor) == ("search.md", "indexing")


def test_the_touched_code_outweighs_a_vague_task() -> None:
    area = Area(paths=("src/payments/refund.py",), names=frozenset({"payments.refund"}))
    passages = candidates("fix the bug", SOURCES, area)
    assert passages[0].anchor == "refunds"
    assert "mentions payments.refund" in passages[0].why
    assert "covers src/payments/refund.py" in passages[0].why


def test_an_import_neighbour_counts_for_something() -> None:
    passages = candidates("", SOURCES, Area(neighbours=frozenset({"search.index"})))
    assert [row.anchor for row in passages] == ["ranking"]


def test_nothing_in_common_serves_nothing() -> None:
    assert candidates("zebra", SOURCES, Area()) == ()


def test_retired_specs_are_no_intent() -> None:
    retired = source("old.md", "---\nstatus: retired\n---\n# Old\n\nDocuments are indexed by hand.\n")
    assert candidates("indexed by hand", [retired], Area()) == ()


def test_inferred_sections_are_marked() -> None:
    spec = source("a.md", "---\ninferred: [cache]\n---\n# A\n\n## Cache\n\nEntries expire.\n")
    assert candidates("cache entries", [spec], Area())[0].provenance == "inferred"


def test_open_findings_are_part_of_the_context() -> None:
    finding = OpenFinding("f" * 16, "door-git", "error", "app.x imports pygit2.", "Use sync.gitrepo.", "app/x.py", 3)
    passages = candidates("zebra", SOURCES, Area(), [finding])
    assert [row.kind for row in passages] == [PassageKind.FINDING]
    assert "app/x.py:3" in passages[0].text


def test_no_specs_serve_nothing() -> None:
    assert candidates("anything", [], Area()) == ()


def test_covers_reaches_files_below_a_folder() -> None:
    document = SOURCES[0].document
    assert reaches(document.front_matter.covers, "src/payments/api/routes.py")
    assert not reaches(document.front_matter.covers, "src/search/index.py")


def test_governing_takes_files_and_folders() -> None:
    speaks = {"a": frozenset({"src/a.py", "src/sub/b.py"}), "b": frozenset({"lib/c.py"})}
    assert governing(speaks, ["src/sub"]) == {"a"}
    assert governing(speaks, ["lib/c.py"]) == {"b"}
    assert governing(speaks, ["src/su"]) == frozenset()


def test_statements_that_nobody_confirmed_are_marked_one_by_one() -> None:
    spec = source("a.md", "# A\n\n## Cache\n\nEntries expire.\n\nEntries are kept for a day.\n\n- entries\n- more\n")
    some = replace(spec, document=replace(spec.document, unconfirmed=frozenset({7, 9})))
    passage = candidates("cache entries", [some], Area())[0]
    assert passage.provenance == "mixed"
    assert [passage.text[slice(*span)] for span in passage.inferred] == ["Entries are kept for a day.\n\n- entries"]
    every = replace(spec, document=replace(spec.document, unconfirmed=frozenset({5, 7, 9, 10})))
    assert candidates("cache entries", [every], Area())[0].provenance == "inferred"
    assert candidates("cache entries", [spec], Area())[0].provenance == "explicit"


def test_sections_below_an_inferred_one_are_inferred_too() -> None:
    spec = source("a.md", "---\ninferred: [a]\n---\n# A\n\n## Cache\n\nEntries expire.\n")
    assert candidates("cache entries", [spec], Area())[0].provenance == "inferred"
