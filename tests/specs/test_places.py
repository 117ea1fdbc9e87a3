"""Which files are specs where nothing is configured."""

from specs.places import default_specs, folders_of, is_decision


def test_the_first_place_that_holds_specs_counts() -> None:
    paths = ["docs/decisions/0001-a.md", "openspec/specs/a/spec.md", "openspec/changes/b/specs/a/spec.md"]
    assert default_specs(paths) == ("openspec/specs/a/spec.md",)
    assert default_specs(["docs/specs/x.md", *paths]) == ("docs/specs/x.md",)
    assert default_specs(["README.md"]) == ()


def test_spec_kit_keeps_principles_and_features_apart_and_templates_are_no_specs() -> None:
    paths = [
        ".specify/memory/constitution.md",
        ".specify/templates/spec-template.md",
        "specs/001-a/spec.md",
        "specs/001-a/tasks.md",
        "specs/001-a/checklists/requirements.md",
    ]
    assert default_specs(paths) == (".specify/memory/constitution.md", "specs/001-a/spec.md")
    assert folders_of(".specify") == (".specify/memory", "specs")


def test_lists_of_tasks_and_templates_are_left_out() -> None:
    assert default_specs([".kiro/specs/a/tasks.md", ".kiro/specs/a/design.md"]) == (".kiro/specs/a/design.md",)
    assert default_specs(["docs/decisions/adr-template.md", "docs/decisions/0001-a.md"]) == (
        "docs/decisions/0001-a.md",
    )


def test_decisions_are_looked_for_where_adr_tools_says() -> None:
    assert default_specs(["notes/adrs/0001-a.md"], "notes/adrs") == ("notes/adrs/0001-a.md",)
    assert is_decision("web/docs/adr/20240101-a.md", "")
    assert is_decision("shop/0007-use-sql.md", "# Use SQL\n\n## Decision Outcome\n")
    assert not is_decision("shop/0007-use-sql.md", "# Use SQL\n")
    assert not is_decision("docs/adr/README.md", "## Decision\n")
    assert not is_decision("docs/specs/decisions.md", "## Decision\n")
