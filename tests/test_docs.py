"""What a user can reach is written where a user looks, and what is written is there."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.house

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *DOCS]


def text_of(*names: str) -> str:
    return "\n".join((ROOT / name).read_text() for name in names)


def test_every_command_is_documented() -> None:
    commands = importlib.import_module("app.cli").COMMANDS
    page = text_of("docs/cli.md")
    assert not [command.name for command in commands if f"`holdfast {command.name}" not in page]


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    source = text_of("app/settings.py")
    used = set(re.findall(r'"(HOLDFAST_[A-Z_]+)"', source))
    written = set(re.findall(r"`(HOLDFAST_[A-Z_]+)`", text_of("docs/operations.md")))
    assert used == written


def test_every_kind_is_documented() -> None:
    page = text_of("docs/spec-format.md")
    kinds = importlib.import_module("drift.kinds").KINDS
    assert not [kind.name for kind in kinds if f"| `{kind.name}` |" not in page]


def test_every_language_suffix_is_documented() -> None:
    page = text_of("docs/languages.md")
    languages = importlib.import_module("drift.languages").LANGUAGES
    assert not [suffix for language in languages for suffix in language.suffixes if f"`{suffix}`" not in page]


def test_every_route_is_documented() -> None:
    api = importlib.import_module("app.api")
    page = text_of("docs/api.md")
    plain = {re.sub(r"\{(\w+):\w+\}", r"{\1}", name) for name in api.names()}
    written = set(re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`]+)`", page))
    assert plain - written == set(), "describe the new route"
    outside = {"GET /api/v1/openapi.json", "GET /api/v1/keys", "POST /webhooks/{repository}"}
    assert written - plain == outside, "the page describes a route that is not there"


def test_every_make_target_is_in_the_help() -> None:
    makefile = text_of("Makefile")
    targets = set(re.findall(r"(?m)^([a-z-]+):", makefile))
    assert targets == set(re.findall(r"(?m)^([a-z-]+):.*## ", makefile))
    assert {"run", "test", "check", "dev", "seed", "help"} <= targets


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    prose = re.sub(r"(?ms)^(`{3,}).*?^\1", "", document.read_text())
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose)
    assert not [link for link in links if not (document.parent / link).exists()]


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_paths_in_documents_exist(document: Path) -> None:
    """Inline code that begins with one of our folders names something that is there."""
    prose = re.sub(r"(?ms)^(`{3,}).*?^\1", "", document.read_text())
    named = re.findall(r"`((?:app|specs|drift|sync|migrations|tests|docs|benchmarks)/[\w./-]+)`", prose)
    examples = ("NAME", "NNNN", "docs/decisions", "docs/adr", "specs/NAME")
    assert not [name for name in named if not any(e in name for e in examples) and not (ROOT / name).exists()]


def test_the_map_stays_short() -> None:
    assert len(text_of("ARCHITECTURE.md").splitlines()) <= 150


def test_the_base_install_holds_only_what_the_check_needs() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    names = {re.split(r"[=<>\[]", line)[0] for line in project["dependencies"]}
    assert not names & {"sqlalchemy", "litestar", "torch", "procrastinate", "granian", "alembic"}
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    assert all("==" in line for lines in lists for line in lines)
    assert {"server", "meaning", "embeddings", "otel", "chat", "dev"} == set(project["optional-dependencies"])


def test_the_readme_says_why_grammar_wheels() -> None:
    assert "tree-sitter-languages" in text_of("README.md")


def test_every_format_is_documented() -> None:
    page = text_of("docs/check.md")
    formats = importlib.import_module("app.renderers").RENDERERS
    assert not [item.name for item in formats if f"| `{item.name}` |" not in page]
