"""The languages Holdfast reads, one file each. To add one: write `drift/languages/NAME.py`, add a line to `_ROWS`.

A language is loaded when a tree holds a file of it, which its suffix tells.
"""

from collections.abc import Collection
from functools import cache

from drift.language import Language, Languages
from drift.registry import Registry

_ROWS = {
    "python": ("Python", ".py .pyi"),
    "typescript": ("TypeScript", ".ts .tsx .mts .cts .js .jsx .mjs .cjs .vue .svelte"),
    "go": ("Go", ".go"),
    "java": ("Java", ".java"),
    "rust": ("Rust", ".rs"),
    "ruby": ("Ruby", ".rb .rake"),
    "c": ("C", ".c .cc .cpp .cxx .cppm .ixx .h .hh .hpp .hxx .ipp .inl .tpp"),
    "kotlin": ("Kotlin", ".kt .kts"),
    "csharp": ("CSharp", ".cs"),
    "php": ("Php", ".php"),
}
LANGUAGES: Registry[Language] = Registry("drift.languages", {name: row[0] for name, row in _ROWS.items()})
_BY_SUFFIX = {suffix: name for name, row in _ROWS.items() for suffix in row[1].split()}


@cache
def language_of(suffix: str) -> Language | None:
    """Give the language that reads files with this suffix (with its dot); None when none does."""
    name = _BY_SUFFIX.get(suffix)
    return LANGUAGES.find(name) if name else None


def used(paths: Collection[str], languages: Languages = LANGUAGES) -> Languages:
    """Give those of the languages that have a file among the paths, in order."""
    if languages is LANGUAGES:
        names = {_BY_SUFFIX.get(suffix) for suffix in {"." + path.rpartition(".")[2] for path in paths}}
        return tuple(language for name in _ROWS if name in names and (language := LANGUAGES.find(name)))
    return tuple(language for language in languages if any(path.endswith(language.suffixes) for path in paths))
