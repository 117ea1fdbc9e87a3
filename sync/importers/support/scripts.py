"""What the scripts of a `package.json` say about how a tool is run: its folders, and options on the command line."""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

PROGRAMS = frozenset({"depcruise", "dependency-cruise", "dependency-cruiser"})
# Options that take the next word unless it is an option itself.
_MAYBE = {
    **dict.fromkeys(("-c", "--config", "-v", "--validate"), "config"),
    "--ts-config": "tsConfig",
    **dict.fromkeys(("-p", "--progress", "-C", "--cache", "-A", "--affected", "-m", "--metrics", "-i", "--info"), ""),
    **dict.fromkeys(("--webpack-config", "--babel-config", "--ignore-known"), ""),
}
_TAKES = {
    **dict.fromkeys(("-T", "--output-type"), "outputType"),
    **dict.fromkeys(("-x", "--exclude"), "exclude"),
    **dict.fromkeys(("-I", "--include-only"), "includeOnly"),
    **dict.fromkeys(("-X", "--do-not-follow"), "doNotFollow"),
    **dict.fromkeys(("-F", "--focus"), "focus"),
    **dict.fromkeys(("-f", "--output-to", "-R", "--reaches", "-H", "--highlight", "-d", "--max-depth"), ""),
    **dict.fromkeys(("-M", "--module-systems", "-P", "--prefix", "-S", "--collapse", "--suffix", "--parser"), ""),
    **dict.fromkeys(("--focus-depth", "--cache-strategy"), ""),
}
_CHECKS = frozenset({"", "err", "err-long", "err-html", "text", "json", "teamcity", "azure-devops", "markdown", "null"})


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the tool: the folders (or globs) it is given, and what its options say."""

    places: tuple[str, ...]
    says: Mapping[str, str] = field(default_factory=dict)

    @property
    def checks(self) -> bool:
        """Whether it checks rules, rather than draw a picture."""
        return self.says.get("outputType", "") in _CHECKS and "focus" not in self.says


def runs(manifest: str) -> list[Run]:
    """Give the runs of the tool in the scripts of a manifest, given as text."""
    try:
        data = json.loads(manifest)
    except (ValueError, RecursionError):
        return []
    scripts = data.get("scripts") if isinstance(data, dict) else None
    texts = scripts.values() if isinstance(scripts, dict) else ()
    return [run for text in texts if isinstance(text, str) for run in _in_script(text)]


def _in_script(text: str) -> Iterator[Run]:
    """Split a script into its commands, and read those that run the tool."""
    parts = shlex.shlex(text.replace("\n", ";"), posix=True, punctuation_chars=";&|")
    parts.whitespace_split = True
    parts.commenters = ""
    try:
        words = list(parts)
    except ValueError:
        return
    commands: list[list[str]] = [[]]
    for word in words:
        if word and not word.strip(";&|"):
            commands.append([])
        else:
            commands[-1].append(word)
    for command in commands:
        names = [word.rpartition("/")[2] for word in command]
        at = next((at for at, name in enumerate(names) if name in PROGRAMS), None)
        if at is not None:
            yield _read(command[at + 1 :])


def _read(words: Iterable[str]) -> Run:
    places: list[str] = []
    says: dict[str, str] = {}
    pending, optional = "", False
    waiting = False
    for word in words:
        if waiting and not (optional and word.startswith("-")):
            says[pending] = word
            waiting = False
            continue
        waiting = False
        name, equals, value = word.partition("=")
        known = {**_MAYBE, **_TAKES}
        if name in known and equals:
            says[known[name]] = value
        elif name in known:
            pending, optional, waiting = known[name], name in _MAYBE, True
        elif not word.startswith("-"):
            places.append(word)
    return Run(tuple(places), says)
