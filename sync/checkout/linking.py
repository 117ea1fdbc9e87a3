"""Which folder is kept the same with which project: found, agreed to once, and remembered beside the state. A door.

A repository may say in its configuration where its specs are; a token is sent there only once a person has linked the
checkout, or named the server themselves: a stranger's configuration gets nobody's credentials.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from specs.errors import UserError
from specs.places import DEFAULT_FOLDERS
from sync.cache.packs import read_file, replace_file
from sync.gitrepo import read_plain_file
from sync.trees.config import FILE_NAME, Config, find_config

HOME = Path(".holdfast") / "checkout"
FILE = "link.json"
CONFIG_LIMIT = 1_000_000
HINT = "Link it: holdfast link SERVER PROJECT."


@dataclass(frozen=True, slots=True)
class Link:
    """A folder below a root, and the project (below a prefix) that it is kept the same with."""

    server: str
    project: str
    folder: str
    prefix: str = ""


def find_link(path: Path) -> tuple[Path, Link] | None:
    """Find the nearest linked root at or above a path. Raises `UserError` for a link that cannot be read."""
    for place in (path.resolve(), *path.resolve().parents):
        data = read_file(place / HOME / FILE)
        if not data:
            continue
        try:
            return place, Link(**json.loads(data))
        except (ValueError, TypeError) as error:
            raise UserError(f"{place / HOME / FILE} cannot be read.", f"Remove it. {HINT}") from error
    return None


def find_root(path: Path) -> tuple[Path, Config]:
    """Find what a checkout would be of: the nearest configuration, else the top of the repository, else the folder."""
    start = path.resolve()
    for place in (start, *start.parents):
        found = find_config([""], lambda name, place=place: _text(place, name))  # type: ignore[misc]  # the type of a lambda with defaults is not inferred
        if found is not None:
            return place, found[1]
        if (place / ".git").exists():
            return place, Config()
    return start, Config()


def _text(place: Path, name: str) -> str | None:
    if not (place / name).is_file():
        return None
    try:
        return read_plain_file(place, name, CONFIG_LIMIT).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{place / name} is not UTF-8.", "Save it as UTF-8.") from error


def usual_folder(root: Path, config: Config) -> str:
    """Give the folder that a link is of where none is named. Raises `UserError` where that could be several."""
    if config.sync.folder or len(config.specs) == 1:
        return config.sync.folder or config.specs[0]
    if len(config.specs) > 1:
        raise UserError("The specs stand in several folders.", f"Name one: --folder {config.specs[0]}.")
    return next((folder for folder in DEFAULT_FOLDERS if (root / folder).is_dir()), DEFAULT_FOLDERS[0])


def branch_of(root: Path) -> str:
    """Say where git stands: the name of a branch, or the commit of a detached head; "" outside git."""
    for place in (root, *root.parents):
        git = place / ".git"
        if git.is_file():  # a worktree: the file names its folder
            git = place / read_file(git, CONFIG_LIMIT).decode("utf-8", "replace").removeprefix("gitdir:").strip()
        head = read_file(git / "HEAD", CONFIG_LIMIT).decode("utf-8", "replace").strip()
        if head:
            return head.removeprefix("ref:").strip().removeprefix("refs/heads/")
    return ""


def write_link(root: Path, link: Link) -> None:
    """Remember a link. Raises `UserError` where that cannot be done."""
    try:
        replace_file(root / HOME / FILE, [json.dumps(asdict(link), indent=1).encode()])
    except OSError as error:
        raise UserError(f"{root / HOME} cannot be written: {error.strerror}", "Check who may write there.") from error


def share_link(root: Path, link: Link) -> Path:
    """Write a link into the configuration, for all who have the repository. Raises `UserError` where it says one."""
    place = root / FILE_NAME
    text = _text(root, FILE_NAME) or ""
    _, config = find_root(root)
    if config.sync.server or config.sync.project:
        raise UserError(f"{config.source} says already where the specs are.", "Change its table `sync` by hand.")
    values = {name: value for name, value in asdict(link).items() if value}
    table = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items())
    made = f"{text.rstrip()}\n\n[sync]\n{table}".lstrip()
    try:
        replace_file(place, [made.encode()])
    except OSError as error:
        raise UserError(f"{place} cannot be written: {error.strerror}", "Check who may write there.") from error
    return place
