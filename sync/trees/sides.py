"""Finds what a check is about: repository or folder, root, configuration, tree. One side of a comparison is one `Side`.

Knows git and disks through `sync.gitrepo` and `sync.trees.fstree`; evaluates nothing.
"""

from collections.abc import Callable
from pathlib import Path

from drift.source import CodeTree
from specs.errors import HoldfastError, MissingError, UserError
from specs.values import dataclass, replace
from sync.gitrepo import Repository, read_plain_file
from sync.trees.config import FILE_NAME, PROJECT_FILE, Config, find_config, upwards
from sync.trees.fstree import FolderTree

CONFIG_LIMIT = 1_000_000


class NoSpecsError(UserError):
    """There is nothing to hold the code against."""


@dataclass(frozen=True, slots=True)
class Side:
    """A tree with its configuration. `root` is its place on disk (None: there is none), `under` its folder in git.

    `head` is the commit whose history it continues ("" when there is none).
    """

    tree: CodeTree
    config: Config
    root: Path | None
    under: str = ""
    head: str = ""
    repository: Repository | None = None


def find_side(path: Path, rev: str = "", *, staged: bool = False, here: bool = False) -> Side:
    """Find what is checked when the command stands at `path`. Raises `UserError`, `MissingError`.

    With `here` that folder itself is the root, and no configuration counts.
    """
    return begin_side(path, rev, staged=staged, here=here)()


def begin_side(
    path: Path, rev: str = "", *, staged: bool = False, here: bool = False, base: str = ""
) -> Callable[[], Side]:
    """Find what is checked as `find_side` does; a working tree is listed by git until what is given here is called.

    Where it is going to be compared with a `base`, git looks for that as well.
    """
    repository = Repository.discover(path) if path.is_dir() else None
    if repository is None or repository.top is None or rev or staged:
        side = _side(path, repository, rev, staged=staged, here=here)
        return lambda: side
    top, under, config = repository.top, repository.under(path), Config()
    if not here:
        under, config = configured(upwards(under), disk_reader(top))
    listed = repository.begin_working_tree(under, read=bool(base))
    if base:
        repository.begin_comparing(base)

    def finished() -> Side:
        if base:
            repository.begin_texts(base, config_paths(under))
        tree, head = listed()
        return Side(tree, config, top / under, under, head, repository)

    return finished


def _side(path: Path, repository: Repository | None, rev: str, *, staged: bool, here: bool) -> Side:
    """Find a side that is no working tree of git."""
    if not path.is_dir():
        raise UserError(f"{path} is not a folder", "name the folder of a project, or a repository")
    if repository is None:
        if rev or staged:
            raise UserError(f"{path} is not in a git repository", "--rev, --base and --staged need one")
        return Side(FolderTree(path.resolve()), Config(), path.resolve()) if here else folder_side(path.resolve())
    if rev:
        return commit_side(repository, rev, repository.under(path), here=here)
    if repository.top is None:
        raise UserError(f"{path} is a bare repository: it has no work tree", "name a commit: --rev main")
    under, config = repository.under(path), Config()
    if not here:
        under, config = configured(upwards(under), disk_reader(repository.top))
    return Side(repository.index_tree(under), config, repository.top / under, under, repository.head or "", repository)


def folder_side(folder: Path) -> Side:
    """Find the root above a folder outside git: the nearest configuration, else the folder itself."""
    for place in (folder, *folder.parents):
        found = find_config([""], disk_reader(place))
        if found:
            return Side(FolderTree(place), found[1], place)
    return Side(FolderTree(folder), Config(), folder)


def commit_side(repository: Repository, rev: str, folder: str, *, here: bool = False) -> Side:
    """Find the root at or above a folder (or, with `here`, at it) as a commit has it. Raises `UserError`."""
    try:
        whole = repository.commit_tree(rev)
    except MissingError as error:
        raise UserError(error.message, error.hint) from error

    def read(path: str) -> str | None:
        return text_of(whole.read(path, CONFIG_LIMIT), path) if path in whole.files else None

    under, config = (folder, Config()) if here else configured(upwards(folder), read)
    tree = repository.commit_tree(whole.label, under) if under else whole
    root = repository.top / under if repository.top else None
    return Side(tree, config, root, under, whole.label, repository)


def rooted_side(repository: Repository, commit: str, root: str) -> Side:
    """Find a folder of a commit as the root of a project, whatever is configured above it. Raises `UserError`."""
    side = commit_side(repository, commit, root)
    return side if side.under == root or not root else commit_side(repository, commit, root, here=True)


def base_side(side: Side, base: str) -> Side:
    """Find the same root where `side` left the branch `base`. Raises `UserError` that says what to fetch."""
    repository = side.repository
    if repository is None:
        raise UserError("--base compares commits, and this folder is not in a git repository", "leave --base out")
    if not side.head:
        raise UserError("there is no commit yet, so nothing to compare with", "leave --base out until there is one")
    commit = repository.fork_point(base, side.head)
    if repository.is_partial and (missing := repository.missing(commit, side.under)):
        raise UserError(
            f"this clone is partial: the contents of {missing} files of {commit[:12]} are not here",
            f"run `git diff --stat {commit} {side.head}`: git then fetches them",
        )
    return commit_side_of(side, commit)


def commit_side_of(side: Side, commit: str) -> Side:
    """Find the same root in a commit. A configuration that cannot be used there is taken for the one here."""
    if side.repository is None:
        return side
    tree = side.repository.tree_of(commit, side.under)
    prefix = f"{side.under}/" if side.under else ""
    texts = side.repository.texts(commit, config_paths(side.under))

    def read(path: str) -> str | None:
        data = texts.get(prefix + path)
        return None if data is None else text_of(data, path)

    try:
        _, config = configured(("",), read)
    except UserError:
        config = side.config
    return replace(side, tree=tree, config=config, head=tree.label)


def config_paths(under: str) -> list[str]:
    """Name the files that a root's configuration may stand in."""
    prefix = f"{under}/" if under else ""
    return [prefix + FILE_NAME, prefix + PROJECT_FILE]


def configured(folders: tuple[str, ...], read: Callable[[str], str | None]) -> tuple[str, Config]:
    """Give the nearest configuration and its folder; without any, the top and the defaults."""
    return find_config(folders, read) or ("", Config())


def disk_reader(top: Path) -> Callable[[str], str | None]:
    """Give a function that reads a configuration file below `top`; None where there is none."""

    def read(path: str) -> str | None:
        place = top / path
        if place.is_symlink() and place.name == FILE_NAME:
            raise UserError(f"{place} is a symbolic link", "links are not followed: put the file itself there")
        if not place.is_file():
            return None
        try:
            return text_of(read_plain_file(top, path, CONFIG_LIMIT), path)
        except MissingError as error:
            raise UserError(f"{place} {error.message}", "the configuration must be readable") from error

    return read


def text_of(data: bytes, path: str) -> str:
    """Decode a configuration file. Raises `UserError`."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8: {error.reason} at byte {error.start}", "save it as UTF-8") from error


def under_root(side: Side, folder: Path) -> str | None:
    """Give a folder relative to the side's root, "" for the root; None when it lies elsewhere."""
    if side.root is None:
        return None
    try:
        relative = folder.resolve().relative_to(side.root.resolve()).as_posix()
    except (ValueError, HoldfastError):
        return None
    return "" if relative == "." else relative
