"""Has git merge Markdown with `holdfast merge`: a line in `.gitattributes`, a driver in the repository's settings.

Reads and writes files on purpose. Everything it does can be undone, and lines of others are left as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from specs.errors import UserError
from sync.gitrepo import Repository

ATTRIBUTES = ".gitattributes"
NAME = "merge.holdfast.name"
DRIVER = "merge.holdfast.driver"
TITLE = "Markdown by blocks and words (Holdfast)"
COMMAND = "holdfast merge %O %A %B --marker-size %L --path %P --base-label %S --ours-label %X --theirs-label %Y"
ATTRIBUTE = "merge=holdfast"


@dataclass(frozen=True, slots=True)
class Done:
    """What was changed, as lines to show; none where all was so already."""

    changes: tuple[str, ...]


def install(folder: Path, patterns: Sequence[str]) -> Done:
    """Have git merge files of these patterns with Holdfast, in the repository that a folder lies in."""
    repository, attributes = _find(folder)
    for pattern in patterns:
        if not pattern or any(letter.isspace() or letter in "\"'" for letter in pattern) or pattern[0] in "#!-":
            raise UserError(f"{pattern!r} is no pattern of files.", "Write it as in .gitignore: *.md, docs/**/*.md.")
    known = _lines(attributes)
    wanted = [f"{pattern} {ATTRIBUTE}" for pattern in patterns]
    added = [line for line in wanted if line not in known]
    changes = [f"{ATTRIBUTES}: + {line}" for line in added]
    if added:
        _write(attributes, [*known, *added])
    changed = repository.configure({NAME: TITLE, DRIVER: COMMAND})
    changes += [f"git config: {name} = {TITLE if name == NAME else COMMAND}" for name in changed]
    return Done(tuple(changes))


def uninstall(folder: Path) -> Done:
    """Take out what `install` put in; a `.gitattributes` that is empty then goes as well."""
    repository, attributes = _find(folder)
    known = _lines(attributes)
    removed = [line for line in known if line.split()[1:] == [ATTRIBUTE] and not line.startswith("#")]
    if removed:
        _write(attributes, [line for line in known if line not in removed])
    changes = [f"{ATTRIBUTES}: - {line}" for line in removed]
    changes += [f"git config: {name} removed" for name in repository.configure({NAME: None, DRIVER: None})]
    return Done(tuple(changes))


def _find(folder: Path) -> tuple[Repository, Path]:
    repository = Repository.open(folder)
    if repository.top is None:
        raise UserError("A bare repository merges no files.", "Run it in a clone that has a work tree.")
    place = repository.top / ATTRIBUTES
    if place.is_symlink():
        raise UserError(f"{ATTRIBUTES} is a link, which git does not follow.", "Put a plain file there.")
    return repository, place


def _lines(place: Path) -> list[str]:
    try:
        return place.read_text(encoding="utf-8", errors="surrogateescape").splitlines() if place.exists() else []
    except OSError as error:
        raise UserError(f"{place} cannot be read: {error.strerror}.", "Look at who may read it.") from error


def _write(place: Path, lines: Sequence[str]) -> None:
    try:
        if lines:
            place.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", errors="surrogateescape")
        else:
            place.unlink()
    except OSError as error:
        raise UserError(f"{place} cannot be written: {error.strerror}.", "Look at who may write it.") from error
