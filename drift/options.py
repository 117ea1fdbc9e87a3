"""Reads the options of an invariant block: what every kind needs to take YAML apart and to say all that is wrong.

A kind asks for each option by name and type; the reader gives a usable value in any case and notes a problem, with
line and hint, for each thing that is wrong. What nobody asked for is an unknown key. Knows no kind.
"""

from collections.abc import Iterable, Sequence

from drift.facts import EdgeAttribute
from drift.graphs.graph import ALL_IMPORTS, EdgeFilter
from drift.selection.select import Selector, shown
from specs.document import InvariantBlock, Yaml
from specs.problem import Problem
from specs.suggest import did_you_mean, either
from specs.values import dataclass, field, replace

MOST_ENTRIES = 5_000
ATTRIBUTES = {attribute.value: attribute for attribute in EdgeAttribute}
# The keys that every kind has; `specs.parser` takes them out of a block before its options come here.
COMMON_KEYS = ("id", "name", "kind", "why", "severity", "except", "owner")


def named_type(value: Yaml) -> str:
    """Say what a YAML value is, in words."""
    words = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "a mapping",
    }
    return words.get(type(value), "nothing")


@dataclass(slots=True)
class OptionReader:
    """Takes the options of one block in turn and gathers `problems`; `done` gives them all."""

    block: InvariantBlock
    problems: list[Problem] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def line(self, key: str, entry: int | None = None) -> int:
        """Give the line of an option, or of one entry of it; that of the block where the option is not there."""
        lines = self.block.option_lines
        return lines.get(f"{key}/{entry}", lines.get(key, self.block.line))

    def say(self, code: str, message: str, key: str, hint: str) -> None:
        """Note a problem at the line of an option."""
        self.problems.append(Problem(code, message, self.line(key), 1, hint))

    def take(self, key: str, *, required: bool = False, hint: str = "") -> Yaml:
        """Give the value as it is; None where it is absent."""
        self.asked.append(key)
        value = self.block.options.get(key)
        if value is None and (required or key in self.block.options):
            state = "is empty" if key in self.block.options else "is missing"
            self.say("missing-option", f"`{key}` {state}.", key, hint or f"Give `{key}` a value.")
        return value

    def texts(self, key: str, *, required: bool = False, hint: str = "", least: int = 1) -> tuple[str, ...]:
        """Give a list of texts, `least` at least if it is there; a single text counts as a list of one."""
        value = self.take(key, required=required, hint=hint)
        if value is None:
            return ()
        entries = value if isinstance(value, list) else [value]
        hint = hint or f"Write a list of texts, or leave `{key}` out."
        wrong = next((entry for entry in entries if not isinstance(entry, str)), None)
        if wrong is not None:
            self.say("wrong-type", f"`{key}` must be a list of texts, and holds {named_type(wrong)}.", key, hint)
        if len(entries) < least:
            few = f"`{key}` needs {least} entries at least, and has {len(entries) or 'none'}."
            self.say("too-few", few, key, hint)
        if len(entries) > MOST_ENTRIES:
            text = f"`{key}` has {len(entries)} entries; the limit is {MOST_ENTRIES}."
            self.say("too-many", text, key, "Use globs such as `payments.**`.")
        return tuple(entry for entry in entries[:MOST_ENTRIES] if isinstance(entry, str))

    def selectors(self, key: str, *, required: bool = False, least: int = 1) -> tuple[Selector, ...]:
        """Give a list of selectors, without those that are not well-formed."""
        hint = f"Write `{key}: [payments.domain]` or `{key}: [src/payments/**]`."
        return self.parse_selectors(key, self.texts(key, required=required, hint=hint, least=least))

    def parse_selectors(self, key: str, texts: Iterable[str], first: int = 0) -> tuple[Selector, ...]:
        """Read each text as a selector; what is not one is a problem of its entry of the option."""
        found = []
        for entry, text in enumerate(texts, start=first):
            parsed = Selector.parse(text)
            if isinstance(parsed, Problem):
                line = self.line(key, entry)
                self.problems.append(replace(parsed, line=line, message=f"`{key}`: {parsed.message}"))
            else:
                found.append(parsed)
        return tuple(found)

    def flag(self, key: str, *, default: bool) -> bool:
        """Give true or false."""
        value = self.take(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.say(
            "wrong-type", f"`{key}` must be true or false, not {shown(str(value))!r}.", key, f"Write `{key}: true`."
        )
        return default

    def number(self, key: str, *, default: int, least: int = 0) -> int:
        """Give a whole number."""
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            text = f"`{key}` must be a whole number from {least}, not {shown(str(value))!r}."
            self.say("wrong-type", text, key, f"Write `{key}: {default}`.")
            return default
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """Give one of the words; the first is the default."""
        value = self.take(key)
        if value is None or value in choices:
            return choices[0] if value is None else str(value)
        hint = did_you_mean(str(value), choices) or f"Write {either(choices)}."
        self.say("unknown-value", f"`{key}` is {either(choices)}, not {shown(str(value))!r}.", key, hint)
        return choices[0]

    def imports(self) -> EdgeFilter:
        """Give which imports count: `all`, `runtime`, or `{without: [attribute, ...]}`."""
        value = self.take("imports")
        if value in (None, "all"):
            return ALL_IMPORTS
        if value == "runtime":
            return EdgeFilter(runtime=True)
        hint = "Write `imports: all`, `imports: runtime` or `imports: {without: [type-only, test]}`."
        if not isinstance(value, dict) or set(value) != {"without"}:
            self.say("unknown-value", f"`imports` cannot be {shown(str(value))!r}.", "imports", hint)
            return ALL_IMPORTS
        names = value["without"] if isinstance(value["without"], list) else [value["without"]]
        unknown = [str(name) for name in names if str(name) not in ATTRIBUTES]
        for name in unknown:
            meant = did_you_mean(name, ATTRIBUTES) or f"The attributes are {either(ATTRIBUTES)}."
            self.say("unknown-value", f"`imports` knows no attribute {shown(name)!r}.", "imports", meant)
        return EdgeFilter(frozenset(ATTRIBUTES[str(name)] for name in names if str(name) in ATTRIBUTES))

    def done(self) -> tuple[Problem, ...]:
        """Give all problems, in order of line, with one for each option that nobody asked for."""
        for key in self.block.options:
            if key not in self.asked:
                known = (*self.asked, *COMMON_KEYS)
                hint = did_you_mean(key, known) or f"The options of `{self.block.kind}` are {either(self.asked)}."
                self.say("unknown-key", f"`{self.block.kind}` has no option {shown(key)!r}.", key, hint)
        return tuple(sorted(self.problems, key=lambda problem: (problem.line, problem.column)))
