from dataclasses import replace
from datetime import date

from drift.check import check, needed_tier
from drift.facts import Tier
from drift.findings import FindingState
from drift.invariants import World
from drift.language import Unresolved
from drift.mentions.removal import Past, Removal
from drift.report import CheckReport
from specs.document import Document
from specs.parser import parse
from specs.problem import Problem
from tests.drift.made import index_of

TODAY = date(2026, 11, 20)
INDEX = index_of([("shop.domain", "shop.api"), ("shop.api", "stripe")], externals=["stripe"])


def block(identifier: str = "rule", body: str = "layers: [shop.api, shop.domain]", kind: str = "layers") -> str:
    return f"```yaml invariant\nid: {identifier}\nkind: {kind}\n{body}\nwhy: It is so.\n```\n\n"


def run(*texts: str, past: Past | None = None, only: frozenset[str] | None = None, **more: object) -> CheckReport:
    documents: dict[str, Document] = {f"s{number}.md": parse(text) for number, text in enumerate(texts)}
    index = replace(INDEX, **more)  # type: ignore[arg-type]
    return check(documents, World(index, documents, past), only, today=TODAY)


def verdicts(report: CheckReport) -> list[tuple[str, str, str]]:
    return [(result.spec, result.id, result.verdict) for result in report.invariants]


def codes(report: CheckReport) -> list[tuple[str, str, str]]:
    return [(finding.kind, finding.severity, finding.invariant) for finding in report.findings]


def test_a_broken_invariant() -> None:
    report = run("# Rules\n\n" + block())
    assert report.verdict == "broken"
    result = report.invariants[0]
    assert (result.id, result.kind, result.spec, result.anchor, result.line) == ("rule", "layers", "s0.md", "rules", 3)
    assert result.findings == tuple(finding.fingerprint for finding in report.findings)
    assert result.governs == {"shop/domain.py", "shop/api.py"}
    assert report.counts["modules"] == 2
    assert report.counts["specs"] == 1


def test_a_kept_invariant_and_nothing_at_all() -> None:
    kept = run(block(body="layers: [shop.domain, shop.api]"))
    assert (kept.verdict, verdicts(kept)) == ("kept", [("s0.md", "rule", "kept")])
    nothing = run()
    assert (nothing.verdict, nothing.findings, nothing.invariants) == ("kept", (), ())


def test_one_bad_block_does_not_hide_the_others() -> None:
    report = run(
        block("one", kind="layerz"),
        block("two", body="layers: [shop.api"),
        block("three", body="layers: 3"),
        block("four", body="layers: [shop.api, shop.nowhere]"),
        block("five"),
    )
    assert [verdict for _, _, verdict in verdicts(report)] == ["error", "error", "error", "unmatched", "broken"]
    assert ("spec", "error", "one") in codes(report)
    hints = {finding.invariant: finding.fix for finding in report.findings if finding.kind == "spec"}
    assert hints["one"] == "Did you mean `layers`?"
    assert report.verdict == "broken"


def test_a_severity_of_warning_never_breaks_the_check() -> None:
    report = run(block(body="layers: [shop.api, shop.domain]\nseverity: warning"))
    assert report.verdict == "kept"
    assert verdicts(report)[0][2] == "broken"


def test_an_unmatched_selector_of_an_error_invariant_breaks_the_check() -> None:
    report = run(block(body="layers: [shop.domain, shop.nowhere]"))
    assert (report.verdict, verdicts(report)[0][2]) == ("broken", "unmatched")
    assert report.findings[0].spec.line == 4


def test_ids_are_unique_in_the_project() -> None:
    report = run(block("same"), block("same"))
    assert [verdict for _, _, verdict in verdicts(report)] == ["broken", "error"]
    told = [finding for finding in report.findings if finding.kind == "spec"]
    assert [finding.message for finding in told] == ["The id same is taken by an invariant of s0.md."]


def test_an_id_twice_in_one_spec_is_told_once() -> None:
    report = run(block("same") + block("same"))
    assert [verdict for _, _, verdict in verdicts(report)] == ["broken", "error"]
    assert len([finding for finding in report.findings if finding.kind == "spec"]) == 1


def test_drafts_and_inferred_sections_warn_at_most() -> None:
    draft = run("---\nstatus: draft\n---\n" + block() + block("odd", kind="layerz"))
    assert {finding.severity for finding in draft.findings} == {"warning"}
    assert draft.verdict == "kept"
    inferred = run(
        "---\ninferred: [learnt]\n---\n# Said\n\n" + block("said") + "# Learnt\n\n## Deeper\n\n" + block("learnt")
    )
    assert {finding.invariant: finding.severity for finding in inferred.findings} == {
        "said": "error",
        "learnt": "warning",
    }


def test_retired_specs_are_not_evaluated() -> None:
    report = run("---\nstatus: retired\n---\n" + block() + "```yaml invariant\nbroken: [\n```\n")
    assert (report.verdict, report.invariants, report.findings) == ("kept", (), ())


def test_only_restricts_the_kinds() -> None:
    texts = (block("one"), block("two", kind="acyclic", body="within: shop"), block("three", kind="nonsense"))
    report = run(*texts, only=frozenset({"acyclic"}))
    assert verdicts(report) == [("s1.md", "two", "kept")]
    assert report.findings == ()


def test_what_could_not_be_read_or_placed_is_told_and_aborts_nothing() -> None:
    broken = Problem("syntax", "Something is missing here.", 7, 3, "Look at line 7.")
    report = run(
        block(),
        problems={"shop/odd.py": (broken, broken)},
        unread={"shop/huge.py": "larger than 2 MiB"},
        unplaced={"shop/lost.py": "outside every source root"},
        unresolved=(Unresolved("shop/api.py", 3, "nowhere", "no such module"),),
    )
    assert codes(report) == [
        ("layers", "error", "rule"),
        ("unparsed", "warning", ""),
        ("unparsed", "warning", ""),
        ("unplaced", "warning", ""),
    ]
    odd = next(finding for finding in report.findings if finding.code and finding.code.path == "shop/odd.py")
    assert (odd.code and odd.code.line, odd.fix) == (7, "Look at line 7.")
    assert [(one.path, one.reason) for one in report.not_analysed] == [
        ("shop/api.py", "import not resolved: no such module"),
        ("shop/huge.py", "larger than 2 MiB"),
        ("shop/lost.py", "outside every source root"),
        ("shop/odd.py", "Something is missing here and 1 more"),
    ]
    assert report.counts["unresolved"] == 1


def test_mentions_are_held_in_every_spec() -> None:
    past = Past({"shop.gone": Removal("c0ffee0000000000")})
    report = run("See `shop.gone`.", "Nothing named.", "Only `shop.api`.", past=past)
    assert verdicts(report) == [("s0.md", "mentions", "broken"), ("s2.md", "mentions", "kept")]
    assert report.findings[0].reference == "shop.gone"
    assert report.verdict == "kept"


def test_missing_history_is_said() -> None:
    report = run("See `shop.gone`.")
    assert [(one.path, one.reason) for one in report.not_analysed] == [("s0.md", "history")]
    cut = run("See `shop.gone`.", past=Past({}, unknown=frozenset({"shop.gone"})))
    assert [(one.path, one.reason) for one in cut.not_analysed] == [("s0.md", "history")]
    whole = run("See `shop.gone`.", past=Past({}))
    assert whole.not_analysed == ()


def test_exceptions_end() -> None:
    body = "layers: [shop.api, shop.domain]\nexcept:\n  - {what: shop.domain -> shop.api, because: Later., until: %s}"
    live = run(block(body=body % "2026-11-20"))
    assert (live.verdict, live.findings) == ("kept", ())
    lapsed = run(block(body=body % "2026-11-19"))
    assert lapsed.findings[0].message.endswith("The exception for shop.domain -> shop.api ended on 2026-11-19.")
    assert lapsed.findings[0].fingerprint == run(block()).findings[0].fingerprint


def test_fingerprints_survive_what_does_not_matter_and_are_unique() -> None:
    one = run("# A\n\n" + block())
    moved = run("# A\n\nMore prose.\n\n# B\n\n" + block(body="layers: [shop.api, shop.domain]\nname: Other title"))
    assert one.findings[0].fingerprint == moved.findings[0].fingerprint
    twins = run("See `Gone`.\n\nAnd `Gone`.", "See `Gone`.", past=Past({"Gone": Removal("c0ffee")}))
    prints = [finding.fingerprint for finding in twins.findings]
    assert len(prints) == len(set(prints)) == 2


def test_equal_findings_are_numbered() -> None:
    text = "---\nstatus: active\nowners: 3\n---\n" + "```yaml invariant\nid: x\n```\n" * 3
    report = run(text)
    prints = [finding.fingerprint for finding in report.findings]
    assert len(prints) == len(set(prints))
    assert all(finding.state is FindingState.INTRODUCED for finding in report.findings)


def test_the_same_input_gives_the_same_report() -> None:
    texts = ("See `Gone` and `Lost`.\n\n" + block("a"), block("b", kind="acyclic", body="within: shop"), block("a"))
    past = Past({"Gone": Removal("c0ffee"), "Lost": Removal("c0ffee")})
    assert run(*texts, past=past) == run(*texts, past=past)


def test_files_are_read_no_further_than_the_invariants_need() -> None:
    def needed(text: str, only: frozenset[str] | None = None) -> Tier:
        return needed_tier({"s.md": parse(text)}, only)

    mentioning = "# Shop\n\nOrders are placed by `shop.place`.\n\n"
    assert needed(block()) is Tier.IMPORTS
    assert needed(mentioning + block()) is Tier.IMPORTS
    assert needed(mentioning + block(), frozenset({"layers"})) is Tier.IMPORTS
    assert needed("---\nstatus: retired\n---\n" + mentioning) is Tier.IMPORTS
    assert needed(block(kind="layerz")) is Tier.IMPORTS
