"""What open changes share, and what validation says of a whole change."""

from specs.openspec.change import find_layouts, read_change
from specs.openspec.overlaps import overlaps
from specs.openspec.validation import validate_change, validate_spec

SPEC = """# Login

## Purpose
Lets people prove who they are, and keeps everybody else out of it.

## Requirements

### Requirement: Tries
Three tries SHALL do.

#### Scenario: third
- **THEN** warn

#### Scenario: fourth
- **THEN** wait
"""
BLOCK = SPEC[SPEC.index("### Requirement") :]


def modified(block: str) -> str:
    return f"## MODIFIED Requirements\n\n{block}"


def test_two_changes_of_one_scenario_are_told_before_either_lands() -> None:
    one = read_change("slow", {"specs/login/spec.md": modified(BLOCK.replace("wait", "wait long"))})
    two = read_change(
        "fast", {"specs/login/spec.md": modified(BLOCK.replace("wait", "go on").replace("warn", "shout"))}
    )
    (found,) = overlaps([one, two], {"login": SPEC})
    assert (found.requirement, found.shared, found.certain) == ("Tries", ("fourth",), False)
    assert [(claim.change, claim.scenarios) for claim in found.claims] == [
        ("slow", ("fourth",)),
        ("fast", ("third", "fourth")),
    ]


def test_renamed_removed_and_modified_meet_under_the_old_name() -> None:
    rename = "## RENAMED Requirements\n- FROM: `### Requirement: Tries`\n- TO: `### Requirement: Attempts`\n"
    one = read_change("a", {"specs/login/spec.md": rename + modified(BLOCK.replace("Tries", "Attempts"))})
    two = read_change("b", {"specs/login/spec.md": "## REMOVED Requirements\n### Requirement: tries\n"})
    (found,) = overlaps([one, two], {"login": SPEC})
    assert found.certain
    assert {claim.operation for claim in found.claims} == {"RENAMED", "MODIFIED", "REMOVED"}


def test_what_does_not_meet_is_not_told() -> None:
    one = read_change("a", {"specs/login/spec.md": modified(BLOCK)})
    two = read_change("b", {"specs/logout/spec.md": modified(BLOCK)})
    assert overlaps([one, two], {"login": SPEC}) == ()


def test_a_change_is_judged_as_openspec_judges_it() -> None:
    files = {
        "proposal.md": "# P\n\n## Why\nShort.\n\n## What Changes\n- x\n",
        "tasks.md": "## 1. Do\n- [x] 1.1 this\n- [ ] 1.2 that\n",
        ".openspec.yaml": "schema: spec-driven\nretire_capabilities: true\nskip_specs: true\n",
        "specs/login/spec.md": modified("### Requirement: Tries\nThree.\n\n#### Scenario: third\n- x\n"),
        "specs/spec.md": "stray",
    }
    found = read_change("Add_Login", files)
    assert [(task.label, task.done) for task in found.tasks] == [("1.1", True), ("1.2", False)]
    assert found.retire_capabilities
    problems = {path: [one.code for one in some] for path, some in validate_change(found, {"login": SPEC}).items()}
    assert problems == {
        "proposal.md": ["openspec-why-length"],
        ".openspec.yaml": ["openspec-id"],
        "specs/login/spec.md": ["openspec-lost-scenario", "openspec-no-keyword"],
        "": ["openspec-root-delta", "openspec-skip-specs"],
    }
    assert [one.code for one in validate_change(read_change("a", {}), {})[""]] == ["openspec-no-delta"]
    assert validate_spec(SPEC) == ()


def test_layouts_are_found_wherever_they_lie() -> None:
    paths = [
        "web/openspec/specs/a/b/spec.md",
        "web/openspec/specs/spec.md",
        "web/openspec/specs/.hidden/spec.md",
        "openspec/changes/c/specs/x/spec.md",
        "openspec/changes/c/proposal.md",
        "openspec/changes/archive/2026-01-01-d/tasks.md",
        "openspec/config.yaml",
        "openspec/changes/README.md",
    ]
    top, web = find_layouts(paths)
    assert (top.root, sorted(top.changes), sorted(top.archived)) == ("openspec", ["c"], ["2026-01-01-d"])
    assert web.specs == {"a/b": "web/openspec/specs/a/b/spec.md"}
