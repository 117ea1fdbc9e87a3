"""Reads a `yaml policy` block into a `Policy`, and says what is wrong with it. Evaluates nothing.

A block that cannot be read is still a policy: a broken one, which lets nothing through.
"""

import re
from collections.abc import Mapping

from specs.access import Role
from specs.document import Place, PolicyBlock, Yaml
from specs.expressions.checking import Refusal, judge
from specs.problem import Problem, Severity
from specs.rules.actions import Action, ActionFault, Reviewers, Verdict, both, read_action
from specs.rules.policy import Example, Origin, Policy
from specs.rules.registry import BY_NAME, TYPES, Event, Value
from specs.rules.values import Misfit, read_value
from specs.suggest import did_you_mean
from specs.values import dataclass, field, replace

KEYS = ("id", "event", "when", "then", "why", "examples")
MAX_EXAMPLES = 50
MAX_ID = 80
WANT_PERSON = Action(Verdict.REVIEW, (Reviewers(Role.REVIEWER, 1),))
NOTHING = "nothing"
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_EVENTS = ", ".join(Event)
_SCALAR_BLOCK = re.compile(r"^\s*when:\s*[|>]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PolicyRead:
    """What a block came to: a policy (broken or not) and problems."""

    policy: Policy
    problems: tuple[Problem, ...]


def read_policy(block: PolicyBlock) -> PolicyRead:
    """Read a block. Its `origin` has the line only: the caller knows which spec it stands in."""
    return _Reader(block).read()


@dataclass
class _Reader:
    """Reads one block; problems gather on the way."""

    block: PolicyBlock
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: str, message: str, place: Place, hint: str, severity: Severity = "error") -> None:
        self.problems.append(Problem(code, message, *place, hint, severity))

    def place(self, *path: str | int) -> Place:
        while path and path not in self.block.places:
            path = path[:-1]
        return self.block.places.get(path, (self.block.line, 1))

    def read(self) -> PolicyRead:
        if self.block.broken:
            unread = Policy("", frozenset(Event), "", WANT_PERSON, broken="Its YAML cannot be read.")
            return PolicyRead(replace(unread, origin=Origin(line=self.block.line)), ())
        values = self.block.values
        for key in values:
            if key not in KEYS:
                hint = did_you_mean(key, KEYS) or f"A policy has {', '.join(KEYS)}."
                self.report("unknown-key", f"A policy has no key {key}.", self.place(key), hint)
        name = self.id()
        events = self.events()
        then = self.action(values.get("then"), "then")
        when, steps, uses = self.when()
        why = self.why()
        examples = self.examples()
        self.known(uses, events)
        errors = [problem for problem in self.problems if problem.severity == "error"]
        policy = Policy(
            id=name,
            events=events,
            when=when,
            then=both(then, WANT_PERSON) if errors and then else then or WANT_PERSON,
            why=why,
            steps=steps,
            examples=examples,
            origin=Origin(line=self.block.line),
            broken=errors[0].message if errors else "",
        )
        return PolicyRead(policy, tuple(self.problems))

    def id(self) -> str:
        value = self.block.values.get("id")
        if isinstance(value, str) and _ID.fullmatch(value) and len(value) <= MAX_ID:
            return value
        hint = f"Use small letters, digits and dashes, at most {MAX_ID}: id: payments-need-two"
        code = "missing-id" if value is None else "bad-id"
        message = "The policy has no id." if value is None else "This cannot be a policy's id."
        self.report(code, message, self.place("id"), hint)
        return ""

    def events(self) -> frozenset[Event]:
        value = self.block.values.get("event")
        names = value if isinstance(value, list) else [value]
        found = {event for event in Event for name in names if name == event.value}
        if value is None:
            self.report("missing-event", "The policy has no event.", self.place("event"), f"Name one of {_EVENTS}.")
        elif len(found) < len(names):
            self.report("unknown-event", "There is no such event.", self.place("event"), f"Name one of {_EVENTS}.")
        else:
            return frozenset(found)
        return frozenset(Event)

    def why(self) -> str:
        value = self.block.values.get("why")
        if value is None:
            hint = "Say in a sentence what it is for: it is shown to whoever it stops."
            self.report("missing-why", "The policy does not say why.", self.place(), hint, "warning")
        elif not isinstance(value, str):
            self.report("bad-value", "why must be text.", self.place("why"), "Put it in quotes.")
        return value.strip() if isinstance(value, str) else ""

    def action(self, value: Yaml, *path: str | int) -> Action | None:
        phrases = value if isinstance(value, list) else [value]
        words = [phrase for phrase in phrases if isinstance(phrase, str)]
        found = read_action(words if len(words) == len(phrases) else ())
        if isinstance(found, ActionFault):
            self.report("bad-action", found.message, self.place(*path), found.hint)
            return None
        return found

    def when(self) -> tuple[str, int, frozenset[str]]:
        """Give the condition, its steps, and the facts it uses; nothing of a faulty one."""
        value = self.block.values.get("when")
        if isinstance(value, bool):
            return ("true" if value else "false"), 1, frozenset()
        if not isinstance(value, str):
            hint = 'Write an expression over the facts: when: author_kind == "agent" && words_added > 100'
            code, message = ("missing-when", "The policy has no when.") if value is None else _NOT_TEXT
            self.report(code, message, self.place("when"), hint)
            return "", 0, frozenset()
        found = judge(value, TYPES)
        if isinstance(found, Refusal):
            line, column = self.place("when")
            if _SCALAR_BLOCK.search(self.block.text):
                line, column = line + 1 + value.count("\n", 0, found.at), 1
            near = value[found.at : found.at + 30].split("\n")[0].strip()
            message = f"{found.message} (near `{near}`)" if near else found.message
            self.report("bad-expression", message, (line, column), found.hint)
            return "", 0, frozenset()
        return value, found.steps, found.uses

    def known(self, uses: frozenset[str], events: frozenset[Event]) -> None:
        """Warn of facts that none of the policy's events knows."""
        for name in sorted(uses):
            if not events & set(BY_NAME[name].events):
                told = " or ".join(BY_NAME[name].events)
                message = f"{name} is known for {told} only: here it never changes."
                hint = "Take it out, or name the other event."
                self.report("unfilled-fact", message, self.place("when"), hint, "warning")

    def examples(self) -> tuple[Example, ...]:
        value = self.block.values.get("examples")
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > MAX_EXAMPLES:
            hint = f"Write a list of at most {MAX_EXAMPLES}: - {{facts: {{author_kind: agent}}, expect: deny}}"
            self.report("bad-example", "examples must be a list.", self.place("examples"), hint)
            return ()
        found = [self.example(entry, index) for index, entry in enumerate(value)]
        return tuple(one for one in found if one is not None)

    def example(self, entry: Yaml, index: int) -> Example | None:
        where = ("examples", index)
        if not isinstance(entry, dict) or set(entry) != {"facts", "expect"} or not isinstance(entry["facts"], dict):
            hint = "Write {facts: {author_kind: agent}, expect: deny}; expect: nothing where the policy keeps silent."
            self.report("bad-example", "An example has facts and expect.", self.place(*where), hint)
            return None
        before = len(self.problems)
        facts = self.facts(entry["facts"], where)
        expect = None if entry["expect"] == NOTHING else self.action(entry["expect"], *where, "expect")
        return Example(facts, expect, self.place(*where)[0]) if len(self.problems) == before else None

    def facts(self, written: Mapping[str, Yaml], where: tuple[str | int, ...]) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, value in written.items():
            place = self.place(*where, "facts", name)
            if name not in BY_NAME:
                hint = did_you_mean(name, BY_NAME) or "`holdfast policy facts` lists them all."
                self.report("unknown-fact", f"There is no fact {name}.", place, hint)
                continue
            read = read_value(BY_NAME[name].type, value)
            if isinstance(read, Misfit):
                self.report("bad-fact", f"{name}: {read.message}", place, read.hint)
            else:
                found[name] = read
        return found


_NOT_TEXT = ("bad-when", "when must be an expression, as text.")
