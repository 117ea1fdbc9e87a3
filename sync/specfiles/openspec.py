"""OpenSpec in a tree: its specs and open changes, what each change began from, and what applying it comes to.

What a requirement in a delta began from is the spec as it was before the commit that brought that requirement into the
delta: whoever wrote it had seen no more. The history tells; where there is none, it has to be named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specs.errors import MissingError, UserError
from specs.openspec.applying import apply_delta
from specs.openspec.change import Change, Layout, find_layouts, read_change
from specs.openspec.delta import Delta, read_delta
from specs.openspec.outcome import Applied, Base, Heading
from specs.openspec.overlaps import Overlap, overlaps
from specs.openspec.validation import validate_change, validate_spec
from specs.problem import Problem
from specs.suggest import did_you_mean
from sync.trees.sides import Side

LIMIT = 2_000_000
MAX_EARLIER = 30


@dataclass(frozen=True, slots=True)
class Workspace:
    """An OpenSpec folder as read: its current specs by capability, its open changes by id."""

    layout: Layout
    specs: Mapping[str, str]
    changes: Mapping[str, Change]

    def path(self, capability: str) -> str:
        """Give where the current spec of a capability lies, or would."""
        return self.layout.specs.get(capability, f"{self.layout.root}/specs/{capability}/spec.md")


@dataclass(frozen=True, slots=True)
class FileChange:
    """One spec that a change touches. `before` None: it is new; `after` None: its last requirement went with it."""

    capability: str
    path: str
    before: str | None
    after: str | None
    applied: Applied
    known: bool


@dataclass(frozen=True, slots=True)
class ChangeApplied:
    """What applying a change comes to, spec by spec."""

    change: str
    files: tuple[FileChange, ...]
    problems: tuple[Problem, ...] = field(default=())

    @property
    def clean(self) -> bool:
        """Say whether all of it can be written."""
        own = any(problem.severity == "error" for problem in self.problems)
        return not own and all(one.applied.clean for one in self.files)


def workspaces(side: Side) -> tuple[Workspace, ...]:
    """Read the OpenSpec folders of a tree. Raises `UserError` where there is none, or a file is not UTF-8."""
    layouts = find_layouts(sorted(side.tree.files))
    if not layouts:
        raise UserError("there is no OpenSpec folder here", "OpenSpec keeps openspec/specs and openspec/changes")
    return tuple(_workspace(side, layout) for layout in layouts)


def find_change(found: Sequence[Workspace], name: str) -> tuple[Workspace, Change]:
    """Find an open change by its id. Raises `UserError` with the nearest one there is."""
    for one in found:
        if name in one.changes:
            return one, one.changes[name]
    known = [change for one in found for change in one.changes]
    archived = [change for one in found for change in one.layout.archived if change.endswith(f"-{name}")]
    if archived:
        raise UserError(f"the change {name} is archived already, as {archived[0]}", "there is nothing to apply")
    hint = did_you_mean(name, known) if known else "there is no open change"
    raise UserError(f"there is no open change {name!r}", hint)


def apply_change(
    side: Side, workspace: Workspace, change: Change, base: str = "", *, blind: bool = False
) -> ChangeApplied:
    """Apply a change to the current specs, as texts: nothing is written.

    `base` names the commit it was written against, where the history should not decide; `blind` is OpenSpec's own way.
    Raises `UserError` for a base that is no commit.
    """
    files = []
    problems = [problem for problem in change.problems if problem.severity == "error"]
    for capability, delta in change.deltas.items():
        current = workspace.specs.get(capability)
        begun = None if blind else base_for(side, workspace, change, capability, base)
        heading = Heading(capability, change.id)
        done = apply_delta(current, delta, begun, heading=heading, blind=blind)
        after: str | None = done.text
        if done.clean and done.steps and not done.left:
            after, empty = _emptied(change, capability, done)
            problems += empty
        path = workspace.path(capability)
        files.append(FileChange(capability, path, current, after, done, blind or begun is not None))
    if not change.deltas:
        hint = "Write specs/<capability>/spec.md in its folder."
        problems.append(Problem("openspec-no-delta", "This change has no delta to apply.", 1, 1, hint))
    return ChangeApplied(change.id, tuple(files), tuple(problems))


def base_for(side: Side, workspace: Workspace, change: Change, capability: str, base: str = "") -> Base | None:
    """Find what a delta began from: as `base` has it, else as the history tells; None where neither is known."""
    repository = side.repository
    if repository is None:
        if base:
            raise UserError("--base names a commit, and this folder is not in a git repository", "leave it out")
        return None
    path = _full(side, workspace.path(capability))
    if base:
        try:
            return Base(_text_at(side, repository.resolve(base), path))
        except MissingError as error:
            raise UserError(error.message, error.hint) from error
    if not side.head:
        return None
    delta_path = _full(side, f"{workspace.layout.root}/changes/{change.id}/specs/{capability}/spec.md")
    texts: dict[str, str] = {}
    for name in {name for _, name, _ in change.deltas[capability].touched()}:
        began = _began(side, (delta_path, path), name)
        if began is None:
            return None
        texts[name] = began
    return Base(
        _text_at(side, side.head, path), texts, _earlier(side, path) if change.deltas[capability].modified else ()
    )


def _earlier(side: Side, path: str) -> tuple[str, ...]:
    """Give the texts that a spec had before the one it has, newest first."""
    repository = side.repository
    if repository is None:
        return ()
    versions = sorted(repository.versions(repository.first_parents(side.head), [path]))
    blobs = [blob for _, _, blob in versions][1 : MAX_EARLIER + 1]
    try:
        return tuple(repository.blob(blob).decode("utf-8", "replace") for blob in blobs)
    except MissingError:
        return ()


def _began(side: Side, paths: tuple[str, str], name: str) -> str | None:
    """Give the spec that one requirement of a delta began from; None where the history is cut before that."""
    repository = side.repository
    if repository is None:
        return None
    delta, spec = paths
    origins = repository.origins(side.head, delta, lambda data: _touches(data, name))
    if not origins.whole:
        return None
    if not origins.found:
        return _text_at(side, side.head, spec)
    origin = origins.found[-1]
    before = [text for parent in origin.parents[:1] if (text := _text_at(side, parent, spec))]
    return before[0] if before else _text_at(side, origin.commit, spec)


def _touches(data: bytes, name: str) -> bool:
    return any(name == one for _, one, _ in _delta(data).touched())


def _delta(data: bytes) -> Delta:
    return read_delta(data.decode("utf-8", "replace"))


def _text_at(side: Side, commit: str, path: str) -> str:
    """Read a file of a commit; "" where it is not there."""
    if side.repository is None:
        return ""
    return side.repository.texts(commit, [path]).get(path, b"").decode("utf-8", "replace")


def _full(side: Side, path: str) -> str:
    return f"{side.under}/{path}" if side.under else path


def _emptied(change: Change, capability: str, done: Applied) -> tuple[str | None, list[Problem]]:
    """Judge a delta that takes the last requirement: the spec goes where the change says that it may."""
    if change.retire_capabilities:
        return None, []
    hint = "Set retire_capabilities: true in its .openspec.yaml if the capability is meant to go."
    message = f"It removes the last requirement of {capability}."
    return done.text, [Problem("openspec-last-requirement", message, 1, 1, hint)]


def _workspace(side: Side, layout: Layout) -> Workspace:
    specs = {capability: _read(side, path) for capability, path in layout.specs.items()}
    changes = {}
    for name, paths in layout.changes.items():
        prefix = f"{layout.root}/changes/{name}/"
        wanted = (path for path in paths if path.endswith((".md", ".openspec.yaml")))
        changes[name] = read_change(name, {path[len(prefix) :]: _read(side, path) for path in wanted})
    return Workspace(layout, specs, changes)


def _read(side: Side, path: str) -> str:
    try:
        return side.tree.read(path, LIMIT).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8", "save it as UTF-8") from error


def overlapping(side: Side, found: Sequence[Workspace]) -> tuple[Overlap, ...]:
    """Find the requirements that several open changes touch, each change beside what it began from."""
    told: list[Overlap] = []
    for space in found:
        bases = {}
        for change in space.changes.values():
            for capability in change.deltas:
                base = base_for(side, space, change, capability)
                if base is not None:
                    bases[change.id, capability] = base
        told += overlaps(tuple(space.changes.values()), space.specs, bases)
    return tuple(told)


@dataclass(frozen=True, slots=True)
class Validated:
    """A change or a current spec with its problems, by file below its folder."""

    id: str
    type: str
    problems: Mapping[str, tuple[Problem, ...]]

    def valid(self, *, strict: bool = False) -> bool:
        """Say whether it passes: no error, and with `strict` no warning."""
        bad = {"error", "warning"} if strict else {"error"}
        return not any(one.severity in bad for some in self.problems.values() for one in some)


def validated(found: Sequence[Workspace]) -> list[Validated]:
    """Check every open change beside the specs it changes, and every current spec."""
    items = []
    for space in found:
        for name, change in sorted(space.changes.items()):
            items.append(Validated(name, "change", validate_change(change, space.specs)))
        for capability, text in sorted(space.specs.items()):
            problems = validate_spec(text)
            items.append(Validated(capability, "spec", {"spec.md": problems} if problems else {}))
    return items
