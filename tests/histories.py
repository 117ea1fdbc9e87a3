"""Random histories of specs that are edited on the server and in git at once: played, brought to rest, and judged."""

import re
import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from hypothesis import strategies as st

from drift.lives.evaluated import Evaluated, failed
from specs.access import SERVER
from specs.conflicts import ConflictState
from specs.errors import HoldfastError
from specs.library import SpecStatus
from specs.proposals.draft import ReviewDraft
from specs.proposals.state import PENDING, Verdict
from specs.store.proposals import ProposalStore
from sync.binding.bindings import Publish
from sync.service.repositories.publishing import Outcome
from tests.gitmaker import Made
from tests.stage import Stage, make_stage

HERE = ("save", "save", "save", "create", "rename", "retire", "restore")
THERE = ("edit", "edit", "edit", "add", "move", "case", "swap", "delete", "reset", "forward", "rebase", "take")
BETWEEN = ("round", "round", "read", "killed", "away", "settle")
NUMBER = st.integers(0, 7)
ACTIONS = st.lists(st.tuples(st.sampled_from(HERE + THERE + BETWEEN), NUMBER, NUMBER), min_size=4, max_size=18)
MODES = st.sampled_from([Publish.DIRECT, Publish.DIRECT, Publish.PULL_REQUEST])
FOLDER = "docs/specs/"
WORD = re.compile(r"\b[hg]\d+\b")
NAMES = ("one", "two", "three", "four", "sub/one", "sub/five", "six", "seven")
numbers = count(1)


async def evaluate_nothing(_request) -> Evaluated:
    return failed("not now")


def text_of(name: str) -> str:
    """A spec of six paragraphs, in which changes of different ones never touch."""
    parts = [f"## Part {place} of {name}\n\nThe {place}. thing that {name} says is this.\n" for place in range(6)]
    return f"# {name.title()}\n\n" + "\n".join(parts)


def with_word(text: str, place: int, word: str) -> str:
    """Add a sentence with a word of its own to a paragraph."""
    parts = text.split("\n\n")
    at = [number for number, part in enumerate(parts) if not part.startswith("#") and part.strip()]
    chosen = at[place % len(at)] if at else len(parts) - 1
    parts[chosen] = f"{parts[chosen].rstrip()} Further there is {word}." + (
        "\n" if parts[chosen].endswith("\n") else ""
    )
    return "\n\n".join(parts)


@dataclass
class History:
    """One history under way: a project, its repository, and every word that somebody was told is safe."""

    stage: Stage
    mode: Publish
    said: set[str] = field(default_factory=set)
    taken_back: set[str] = field(default_factory=set)
    declined: set[str] = field(default_factory=set)
    tips: list[str] = field(default_factory=list)
    words: count = field(default_factory=lambda: count(1))

    @property
    def made(self) -> Made:
        return self.stage.made

    @property
    def who(self):
        return replace(self.stage.world.eve, everywhere=True)

    async def specs(self, *, retired: bool = False):
        found = await self.stage.world.library.list(self.who, self.stage.project, retired=True, limit=100)
        wanted = SpecStatus.RETIRED if retired else SpecStatus.ACTIVE
        return [one for one in found.items if one.status is wanted]

    def files(self) -> list[str]:
        return sorted(str(one.relative_to(self.made.root)) for one in (self.made.root / FOLDER).rglob("*.md"))

    def word(self, mark: str) -> str:
        word = f"{mark}{next(self.words)}"
        self.said.add(word)
        return word

    async def play(self, actions) -> None:
        for kind, one, other in actions:
            try:
                await getattr(self, f"do_{kind}")(one, other)
            except HoldfastError:
                continue

    async def do_save(self, one: int, other: int) -> None:
        if specs := await self.specs():
            found = await self.stage.world.library.read(self.who, self.stage.project, specs[one % len(specs)].id)
            word = self.word("h")
            try:
                await self.stage.world.library.save(
                    self.who,
                    self.stage.project,
                    found.spec.id,
                    base=found.spec.head,
                    text=with_word(found.text, other, word),
                    message=f"Say {word}" if other % 2 else "",
                )
            except HoldfastError:
                self.said.discard(word)
                raise

    async def do_create(self, one: int, _other: int) -> None:
        word = self.word("h")
        path = f"{NAMES[one]}.md"
        try:
            await self.stage.world.library.create(
                self.who, self.stage.project, path, f"# New {word}\n\nIt says {word}.\n"
            )
        except HoldfastError:
            self.said.discard(word)
            raise

    async def do_rename(self, one: int, other: int) -> None:
        if specs := await self.specs():
            spec = specs[one % len(specs)]
            await self.stage.world.library.rename(self.who, self.stage.project, spec.id, f"{NAMES[other]}.md")

    async def do_retire(self, one: int, _other: int) -> None:
        if len(specs := await self.specs()) > 1:
            await self.stage.world.library.retire(self.who, self.stage.project, specs[one % len(specs)].id)

    async def do_restore(self, one: int, _other: int) -> None:
        if specs := await self.specs(retired=True):
            await self.stage.world.library.restore(self.who, self.stage.project, specs[one % len(specs)].id)

    async def do_edit(self, one: int, other: int) -> None:
        if files := self.files():
            path, word = files[one % len(files)], self.word("g")
            text = with_word((self.made.root / path).read_text(), other, word)
            self.made.commit(f"say {word}", {path: text}, author="Bob")

    async def do_add(self, one: int, _other: int) -> None:
        path = f"{FOLDER}{NAMES[one]}.md"
        if not (self.made.root / path).exists():
            word = self.word("g")
            self.made.commit("add", {path: f"# Added {word}\n\nIt says {word}.\n"}, author="Bob")

    async def do_move(self, one: int, other: int) -> None:
        if files := self.files():
            self._move(files[one % len(files)], f"{FOLDER}{NAMES[other]}.md")

    async def do_case(self, one: int, _other: int) -> None:
        if files := self.files():
            path = files[one % len(files)]
            self._move(path, path[: len(FOLDER)] + path[len(FOLDER) :].swapcase().replace(".MD", ".md"))

    def _move(self, old: str, new: str) -> None:
        if not (self.made.root / new).exists():
            (self.made.root / new).parent.mkdir(parents=True, exist_ok=True)
            self.made.git("mv", old, new)
            self.made.commit("move", author="Bob")

    async def do_swap(self, one: int, other: int) -> None:
        """Rename two files crosswise."""
        if len(files := self.files()) > 1:
            first, second = files[one % len(files)], files[other % len(files)]
            if first != second:
                self.made.git("mv", first, "docs/aside")
                self.made.git("mv", second, first)
                self.made.git("mv", "docs/aside", second)
                self.made.commit("swap", author="Bob")

    async def do_delete(self, one: int, _other: int) -> None:
        if len(files := self.files()) > 1:
            path = files[one % len(files)]
            # Whoever adds another file there later gives up what this one said.
            self.taken_back |= set(WORD.findall((self.made.root / path).read_text()))
            self.made.commit("delete", {path: None}, author="Bob")

    async def do_reset(self, one: int, _other: int) -> None:
        """Put the branch back by some commits; what git alone had said there is taken back on purpose."""
        before = self._words("main")
        depth = min(1 + one % 3, int(self.made.git("rev-list", "--count", "--first-parent", "main")) - 1)
        if depth:
            self.tips.append(self.made.git("rev-parse", "main"))
            self.made.git("reset", "-q", "--hard", f"main~{depth}")
            self.taken_back |= {word for word in before - self._words("main") if word.startswith("g")}

    async def do_forward(self, _one: int, _other: int) -> None:
        """Put the branch where it was before it was put back, if nothing came since: all counts again."""
        if self.tips and self.made.git("merge-base", "main", tip := self.tips.pop()) == self.made.git(
            "rev-parse", "main"
        ):
            self.made.git("reset", "-q", "--hard", tip)
            self.taken_back -= self._words("main")

    async def do_rebase(self, one: int, _other: int) -> None:
        """Make the last commits anew, with other ids."""
        depth = min(1 + one % 3, int(self.made.git("rev-list", "--count", "--first-parent", "main")) - 1)
        if depth:
            tree = self.made.git("rev-parse", "main^{tree}")
            self.made.git("reset", "-q", "--hard", f"main~{depth}")
            made = self.made.git("commit-tree", tree, "-p", "main", "-m", "squashed", author="Bob")
            self.made.git("reset", "-q", "--hard", made)

    async def do_take(self, one: int, _other: int) -> None:
        """Take our branch in: merged, or squashed."""
        if self.made.git("branch", "--list", "holdfast/specs"):
            try:
                if one % 2:
                    self.made.git("merge", "-q", "--no-ff", "-m", "merge", "holdfast/specs")
                else:
                    self.made.git("merge", "-q", "--squash", "holdfast/specs")
                    self.made.commit("squash")
            except Exception:  # noqa: BLE001 (git says that it does not go together: then it is not taken)
                self.made.git("reset", "-q", "--hard", "main")

    def _words(self, rev: str) -> set[str]:
        return set(WORD.findall(b"\n".join(self.made.files(rev).values()).decode()))

    async def do_round(self, _one: int, _other: int) -> None:
        await self.stage.round(12)

    async def do_read(self, _one: int, _other: int) -> None:
        await self.stage.sync()

    async def do_settle(self, one: int, _other: int) -> None:
        """Decide something that waits."""
        world, project = self.stage.world, self.stage.project
        conflicts = (await world.conflicts.list(self.who, project)).items
        if conflicts:
            await world.conflicts.read(self.who, project, conflicts[one % len(conflicts)].id)
        pending = await self.pending()
        if pending:
            chosen = pending[one % len(pending)]
            if one % 2:
                async with world.database.read() as connection:
                    for part in await ProposalStore(connection, project).delta(chosen.id, chosen.number):
                        self.declined |= set(WORD.findall(part.after)) - set(WORD.findall(part.before))
            verdict = Verdict.DECLINE if one % 2 else Verdict.APPROVE
            review = ReviewDraft(verdict, chosen.digest, "No." if one % 2 else "")
            await world.proposals.review(self.who, project, chosen.id, review)

    async def do_killed(self, one: int, _other: int) -> None:
        """Let a run die right before or right after its push."""
        publisher = self.stage.publisher
        name = "_pushed" if one % 2 else "_commits"
        whole = getattr(publisher, name)

        async def die(*arguments):
            if name == "_commits":
                await whole(*arguments)
            raise KeyboardInterrupt

        setattr(publisher, name, die)
        try:
            if not (await self.stage.sync()).problem:
                await publisher.publish(self.stage.reference)
        except KeyboardInterrupt:
            pass
        finally:
            setattr(publisher, name, whole)

    async def do_away(self, _one: int, _other: int) -> None:
        """Let the remote be away for a round."""
        hidden = self.made.root.with_suffix(".away")
        self.made.root.rename(hidden)
        try:
            await self.stage.round()
        finally:
            hidden.rename(self.made.root)

    async def pending(self):
        async with self.stage.world.database.read() as connection:
            store = ProposalStore(connection, self.stage.project)
            found = [await store.find(ident) for ident in await store.pending_commits()]
        return [one for one in found if one is not None and one.state in PENDING]

    async def rest(self) -> None:
        """Come to rest: all that is written here is in git, or held back and told."""
        for _ in range(4):
            await self.stage.round(12)
            if self.mode is Publish.DIRECT or not self._ahead():
                return
            tip = self.made.git("rev-parse", "main")
            await self.do_take(1, 0)
            if tip == self.made.git("rev-parse", "main"):
                self.made.merge_theirs("holdfast/specs")

    def _ahead(self) -> bool:
        if not self.made.git("branch", "--list", "holdfast/specs"):
            return False
        return bool(self.made.git("rev-list", "main..holdfast/specs"))

    async def faults(self) -> list[str]:
        """Say what is wrong once all is at rest."""
        return [*await self._unlike(), *await self._lost(), *await self._restless()]

    async def figures(self) -> dict[str, int]:
        """Count what the history came to."""
        detail = await self.stage.detail()
        told = await self.stage.world.actions(self.stage.project)
        return {
            "histories": 1,
            "words acknowledged": len(self.said),
            "taken back by git": len(self.taken_back),
            "revisions from git": told.count("spec.import"),
            "merges": told.count("spec.merge"),
            "pushes": told.count("repository.publish"),
            "conflicts": len((await self.stage.world.conflicts.list(self.who, self.stage.project, state=None)).items),
            "proposals": told.count("proposal.open"),
            "renames": told.count("spec.rename"),
            "held back in the end": len(detail.binding.pushed.held),
            "names refused in the end": len(detail.problems),
        }

    async def _unlike(self) -> list[str]:
        """Compare the bytes of both sides, but for what is told to be held back."""
        detail = await self.stage.detail()
        told = {held.path for held in detail.binding.pushed.held} | {file.path for file in detail.problems}
        known = {file.spec: file for file in detail.files if file.spec}
        there = self.made.files()
        faults = []
        for spec in await self.specs():
            file = known.get(spec.id)
            path = file.path if file else FOLDER + spec.path
            if told & {path, spec.path}:
                continue
            text = (await self.stage.world.library.read(self.who, self.stage.project, spec.id)).text
            if path != FOLDER + spec.path or there.get(path) != text.encode():
                faults.append(f"{spec.path} is not what {path} is")
        specs = {FOLDER + spec.path for spec in await self.specs()}
        faults += [f"{path} is in git alone" for path in there if path.startswith(FOLDER) and path not in specs | told]
        return faults

    async def _lost(self) -> list[str]:
        """Find words that were acknowledged and are in no head, conflict or proposal."""
        world, project = self.stage.world, self.stage.project
        texts = []
        wanted = [(spec.id, None) for spec in [*await self.specs(), *await self.specs(retired=True)]]
        waiting = (await world.conflicts.list(self.who, project, state=ConflictState.OPEN)).items
        wanted += [(record.spec, record.theirs) for record in waiting]
        texts += [(await world.library.read(self.who, project, *one)).text for one in wanted]
        async with world.database.read() as connection:
            store = ProposalStore(connection, project)
            for proposal in await self.pending():
                texts += [part.after for part in await store.delta(proposal.id, proposal.number)]
        told = {file.path for file in (await self.stage.detail()).problems}
        texts += [data.decode() for path, data in self.made.files().items() if path in told]
        there = set(WORD.findall("\n".join(texts)))
        return [f"{word} is lost" for word in sorted(self.said - self.taken_back - self.declined - there)]

    async def _restless(self) -> list[str]:
        """Run once more: nothing may move."""
        refs = self.made.git("for-each-ref", "--format=%(refname) %(objectname)")
        actions = len(await self.stage.world.actions(self.stage.project))
        done = await self.stage.round(2)
        same = refs == self.made.git("for-each-ref", "--format=%(refname) %(objectname)")
        quiet = actions == len(await self.stage.world.actions(self.stage.project))
        return [] if same and quiet and done.outcome is Outcome.NOTHING else ["a second run moves something"]


async def history(world, folder: Path, mode: Publish) -> History:
    """Begin a history: a project of its own, a repository with three specs, bound and read."""
    number = next(numbers)
    root = folder / f"h{number}"
    project = await world.projects.create(SERVER, f"h{number}")
    made = Made(root / "repo")
    made.git("config", "receive.denyCurrentBranch", "updateInstead")
    made.git("config", "gc.auto", "0")
    made.commit("begin", {f"{FOLDER}{name}.md": text_of(name) for name in NAMES[:3]}, author="Bob")
    stage = make_stage(replace(world, database=world.database), made, root, evaluate_nothing)
    stage.world.project = project
    stage.world.eve = world.eve
    stage.world.ada = replace(world.ada, everywhere=True)
    await stage.register(publish=mode)
    done = History(stage, mode)
    await stage.round()
    return done


async def judge(world, folder: Path, mode: Publish, actions, seen: Counter | None = None) -> list[str]:
    """Play a history to its end and give what is wrong with it; count in `seen` what it was made of."""
    played = await history(world, folder, mode)
    try:
        await played.play(actions)
        await played.rest()
        faults = await played.faults()
        if seen is not None:
            seen.update(await played.figures())
        return faults
    finally:
        shutil.rmtree(played.made.root.parent, ignore_errors=True)
