"""Files and folders that are named in prose, told from routes, keys and alternatives. Knows texts alone."""

import re

_CODE = re.compile(r"`([^`\s]+)`")
_WORD = re.compile(r"[^\s`,;()<>\"'\u2018-\u201f\u3001\u3002\uff0c\uff08\uff09]+")
_LINKED = re.compile(r"\]\(([^()\s]+)\)")
_ENDING = re.compile(r"[^/]*[\w\])}*]\.[A-Za-z][A-Za-z0-9]{0,9}")
_PATH = re.compile(r"(?:\.{0,2}/)?[\w.@~+\-*\[\]{}]+(?:/[\w.@~+\-*\[\]{}]+)*/?$")
_PLACE = re.compile(r"\.{0,2}/?[a-z_.@][\w.@-]*(?:/[\w.@-]+)+$")
# Names without a folder are files only where they end so: `auth.login.title` is none.
_FILE = re.compile(
    r"astro|bash|bat|c|cc|cfg|cjs|conf|cpp|cs|cshtml|csproj|css|csv|cts|cxx|dart|env|ex|"
    r"exs|fs|gd|go|gradle|graphql|h|hcl|hpp|html|ini|ipynb|java|jl|js|json|jsonc|jsx|kt|"
    r"kts|less|lock|lua|md|mdx|mjs|mm|mts|php|pl|prisma|proto|ps1|py|pyi|r|rb|rs|rst|"
    r"sass|scala|scss|sh|sln|sql|svelte|svg|swift|tf|toml|ts|tsx|txt|vue|xml|yaml|yml|"
    r"zig"
)
_BARE = frozenset({"Dockerfile", "Gemfile", "Jenkinsfile", "Justfile", "LICENSE", "Makefile", "Procfile"})
_AT = frozenset({"in", "under", "inside", "into", "within"})


def paths_in(text: str) -> tuple[str, ...]:
    """Name the files and folders a text speaks of, each once.

    In backticks: what has a `/` or is called as files are. Bare: what has a `/` and an ending, ends in `/`, or has one
    and stands after `in`. `/login` is a route.
    """
    found: dict[str, None] = {}
    before = ""
    coded = set(_CODE.findall(text))
    for word in (*_LINKED.findall(text), *_WORD.findall(_LINKED.sub("]", text))):
        quoted = word in coded
        bare = word if quoted else word.strip("*_").rstrip(".:!?")
        if _is_path(bare, quoted=quoted, placed=before in _AT):
            found[bare] = None
        before = word.casefold()
    return tuple(found)


def _is_path(word: str, *, quoted: bool, placed: bool) -> bool:
    if "://" in word or not _PATH.match(word) or not re.search(r"[^\W\d]", word):
        return False
    last = word.rpartition("/")[2]
    ended = _ENDING.fullmatch(last) is not None or last in _BARE
    if "/" not in word:
        return quoted and (last in _BARE or (ended and _FILE.fullmatch(last.rpartition(".")[2]) is not None))
    if word.startswith("/") and not word.endswith("/"):
        return ended
    return ended or quoted or word.endswith("/") or (placed and bool(_PLACE.match(word)))
