"""The rule files of each client."""

import pytest

from specs.errors import UserError
from specs.frontmatter import read_front_matter
from specs.lines import split_lines
from specs.parser import parse
from sync.rules.formats import FORMATS, MOST_AGENTS, settled
from sync.rules.regions import MADE
from sync.rules.rulebook import rulebook

BODY = "# Shop\n\n```yaml invariant\nid: shop-layers\nkind: layers\nlayers: [a, b]\n```\n"
SCOPED = f'---\ncovers: ["shop/**", "web/*.py"]\n---\n{BODY}'
RULES = rulebook({"docs/specs/shop.md": parse(SCOPED), "docs/specs/all.md": parse(BODY.replace("Shop", 'All: "x"'))})
BY_NAME = {form.name: form for form in FORMATS}


def written(name):
    form = BY_NAME[name]
    wanted = form.write(RULES, "shop")
    return settled(form, wanted, dict.fromkeys([*wanted.files, *wanted.regions]))


@pytest.mark.parametrize(
    ("name", "file", "expected"),
    [
        ("claude-rules", ".claude/rules/holdfast/docs-specs-shop.md", {"paths": ["shop/**", "web/*.py"]}),
        (
            "cursor-rules",
            ".cursor/rules/holdfast-docs-specs-shop.mdc",
            {"description": "Shop", "globs": "shop/**,web/*.py", "alwaysApply": False},
        ),
        (
            "cursor-rules",
            ".cursor/rules/holdfast-docs-specs-all.mdc",
            {"description": 'All: "x"', "globs": None, "alwaysApply": True},
        ),
        (
            "copilot-instructions",
            ".github/instructions/holdfast-docs-specs-shop.instructions.md",
            {"applyTo": "shop/**,web/*.py"},
        ),
    ],
)
def test_each_says_in_its_own_way_for_which_files(name, file, expected):
    text = written(name)[file]
    values = dict(read_front_matter(split_lines(text)).front_matter.values)
    assert values == expected
    assert MADE in text
    assert "**shop-layers**" in text


def test_what_is_for_all_files_stands_where_all_is_read():
    assert not written("claude-rules")[".claude/rules/holdfast/docs-specs-all.md"].startswith("---")
    everywhere = written("copilot-instructions")[".github/copilot-instructions.md"]
    assert '## All: "x"' in everywhere
    assert "## Shop" not in everywhere
    agents = written("agents-md")["AGENTS.md"]
    assert agents.index('## All: "x"') < agents.index("## Shop\n\nApplies to `shop/**`, `web/*.py`.")


def test_llms_txt_begins_as_it_should():
    lines = written("llms-txt")["llms.txt"].splitlines()
    assert lines[0] == "# shop"
    assert lines[2].startswith("> ")
    assert "- [Shop](docs/specs/shop.md): 1 invariant; covers shop/**, web/*.py" in lines


def test_a_file_of_ours_that_is_no_longer_wanted_goes_and_others_stay():
    form = BY_NAME["claude-rules"]
    texts = {".claude/rules/holdfast/old.md": f"{MADE} x -->\n", ".claude/rules/holdfast/mine.md": "mine"}
    after = settled(form, form.write(RULES, "shop"), texts)
    assert after[".claude/rules/holdfast/old.md"] is None
    assert ".claude/rules/holdfast/mine.md" not in after


def test_a_file_in_our_place_that_is_not_ours_is_refused():
    form = BY_NAME["claude-rules"]
    with pytest.raises(UserError, match="did not make it"):
        settled(form, form.write(RULES, "shop"), {".claude/rules/holdfast/docs-specs-shop.md": "mine"})


def test_what_clients_would_cut_is_refused():
    form = BY_NAME["agents-md"]
    with pytest.raises(UserError, match="clients read 32,768 at most"):
        settled(form, form.write(RULES, "shop"), {"AGENTS.md": "x" * MOST_AGENTS})


def test_specs_of_the_same_name_have_files_of_their_own():
    form = BY_NAME["claude-rules"]
    rules = rulebook({"a/b.md": parse(BODY), "a-b.md": parse(BODY)})
    assert len(form.write(rules, "x").files) == 2


def test_many_specs_stay_within_the_room():
    form = BY_NAME["agents-md"]
    rules = rulebook({f"s{at}.md": parse(BODY + "\n## Long\n\nIt MUST be. " + "word " * 900) for at in range(30)})
    wanted = form.write(rules, "x")
    after = settled(form, wanted, {"AGENTS.md": None})
    assert len(after["AGENTS.md"]) < MOST_AGENTS
    assert all(f"`s{at}.md`" in after["AGENTS.md"] for at in range(30))
