"""The files in which each client looks for rules, with the files they are for in that client's own way. Pure."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence

from specs.errors import UserError
from specs.values import dataclass
from sync.rules.regions import MADE, made, marked, with_region
from sync.rules.rulebook import Rule, grouped, size

MOST_FILE = 12_000
MOST_REGION = 16_000
# Codex reads so much of all the AGENTS.md from the top down to where it works, and cuts the rest without a word.
MOST_AGENTS = 32 * 1024
FEWEST = 600
INTRO = "What the specs of this repository ask of changes. `holdfast check` tells whether they still hold.\n"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to stand on disk: whole files of ours, and the regions of files that people own, each with a title."""

    files: Mapping[str, str]
    regions: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of rule files: `ours` matches the files that are ours as a whole."""

    name: str
    write: Callable[[Sequence[Rule], str], Wanted]
    ours: re.Pattern[str]
    most: Mapping[str, int]


def _command(name: str) -> str:
    return f"holdfast export {name}"


def slug(rule: Rule) -> str:
    """Name a rule's file by its spec."""
    plain = re.sub(r"[^a-z0-9]+", "-", rule.spec.removesuffix(".md").lower()).strip("-")
    return plain[:60] or hashlib.sha256(rule.spec.encode()).hexdigest()[:12]


def _named(rules: Sequence[Rule]) -> list[tuple[str, Rule]]:
    """Give each rule a name of its own."""
    names = [slug(rule) for rule in rules]
    return [
        (f"{name}-{hashlib.sha256(rule.spec.encode()).hexdigest()[:6]}" if names.count(name) > 1 else name, rule)
        for name, rule in zip(names, rules, strict=True)
    ]


def _section(rules: Sequence[Rule], most: int) -> str:
    """Write rules one below the other, each with its share of the room, grouped by the files they are for."""
    share = max(FEWEST, most // max(1, len(rules)))
    parts = [INTRO]
    for globs, group in grouped(rules):
        where = f"Applies to {', '.join(f'`{glob}`' for glob in globs)}. " if globs else ""
        for rule in group:
            part = f"\n## {rule.title}\n\n{where}From `{rule.spec}`.\n\n{rule.text(share)}"
            if size("".join((*parts, part))) > most:
                part = f"\n## {rule.title}\n\n{where}{rule.invariants} invariants: read `{rule.spec}`.\n"
            parts.append(part)
    return "".join(parts)


def _body(rule: Rule, name: str) -> str:
    origin = f"From `{rule.spec}`; `holdfast check` tells whether it holds."
    return f"{made(rule.spec, _command(name))}\n# {rule.title}\n\n{origin}\n\n{rule.text(MOST_FILE)}"


def _agents(rules: Sequence[Rule], _project: str) -> Wanted:
    return Wanted({}, {"AGENTS.md": ("", marked(_section(rules, MOST_REGION), _command("agents-md")))})


def _claude(rules: Sequence[Rule], _project: str) -> Wanted:
    files: dict[str, str] = {}
    for name, rule in _named(rules):
        scope = "".join(f"  - {_quoted(glob)}\n" for glob in rule.globs)
        front = f"---\npaths:\n{scope}---\n" if scope else ""
        files[f".claude/rules/holdfast/{name}.md"] = front + _body(rule, "claude-rules")
    return Wanted(files, {})


def _cursor(rules: Sequence[Rule], _project: str) -> Wanted:
    files: dict[str, str] = {}
    for name, rule in _named(rules):
        front = f"---\ndescription: {_quoted(rule.title)}\nglobs: {','.join(rule.globs)}\n"
        front += f"alwaysApply: {'false' if rule.globs else 'true'}\n---\n"
        files[f".cursor/rules/holdfast-{name}.mdc"] = front + _body(rule, "cursor-rules")
    return Wanted(files, {})


def _copilot(rules: Sequence[Rule], _project: str) -> Wanted:
    name = "copilot-instructions"
    files: dict[str, str] = {}
    for short, rule in _named(rules):
        if rule.globs:
            front = f"---\napplyTo: {_quoted(','.join(rule.globs))}\n---\n"
            files[f".github/instructions/holdfast-{short}.instructions.md"] = front + _body(rule, name)
    everywhere = [rule for rule in rules if not rule.globs]
    text = _section(everywhere, MOST_REGION) if everywhere else INTRO
    return Wanted(files, {".github/copilot-instructions.md": ("", marked(text, _command(name)))})


def _llms(rules: Sequence[Rule], project: str) -> Wanted:
    title = f"# {project}\n\n> What this repository is meant to be, and what must hold in it.\n\n"
    lines = [f"- [{_bracketed(rule.title)}]({rule.spec}): {_noted(rule)}\n" for rule in rules]
    return Wanted({}, {"llms.txt": (title, marked(f"## Specs\n\n{''.join(lines)}", _command("llms-txt")))})


def _noted(rule: Rule) -> str:
    counted = f"{rule.invariants} invariant{'' if rule.invariants == 1 else 's'}"
    told = [counted] if rule.invariants else []
    told += [f"covers {', '.join(rule.globs)}"] if rule.globs else []
    return "; ".join((*told, rule.summary)) if rule.summary else "; ".join(told) or "spec"


def _bracketed(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


NOTHING = re.compile(r"(?!)")
FORMATS = (
    Format("agents-md", _agents, NOTHING, {"AGENTS.md": MOST_AGENTS}),
    Format("claude-rules", _claude, re.compile(r"\.claude/rules/holdfast/[^/]+\.md"), {}),
    Format("cursor-rules", _cursor, re.compile(r"\.cursor/rules/holdfast-[^/]+\.mdc"), {}),
    Format("copilot-instructions", _copilot, re.compile(r"\.github/instructions/holdfast-[^/]+\.instructions\.md"), {}),
    Format("llms-txt", _llms, NOTHING, {}),
)


def settled(form: Format, wanted: Wanted, texts: Mapping[str, str | None]) -> dict[str, str | None]:
    """Say what each file is to hold, given what they hold now: None for one of ours that is no longer wanted.

    `texts` has all files that are wanted, and all that `ours` matches. Raises `UserError` for a file in our place that
    is not ours, and for one that clients would cut.
    """
    result: dict[str, str | None] = {}
    for file, text in wanted.files.items():
        there = texts.get(file)
        if there is not None and MADE not in there:
            raise UserError(f"{file} is there, and Holdfast did not make it.", "Give it another name.")
        result[file] = text
    for file, (title, region) in wanted.regions.items():
        result[file] = with_region(texts.get(file) or "", file, region, title)
    for file, there in texts.items():
        if file not in result and there is not None and form.ours.fullmatch(file) and MADE in there:
            result[file] = None
    for file, most in form.most.items():
        length = size(result.get(file) or "")
        if length > most:
            message = f"{file} would have {length:,} bytes, and clients read {most:,} at most."
            raise UserError(message, "Shorten what stands beside Holdfast's part.")
    return result
