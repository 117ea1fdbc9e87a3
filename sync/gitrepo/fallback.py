"""The same listings as the git command gives, from the library: for machines without git, or where git refuses.

Git refuses repositories of another owner unless told to trust them; the library runs nothing they name, so it may read.
"""

from specs.errors import UserError
from sync.gitrepo.objects import Objects, library


def library_listing(objects: Objects, under: str) -> bytes:
    """Give the index below `under` in the form of `git ls-files -s -z`."""
    prefix = f"{under}/" if under else ""
    lines = [
        f"{int(entry.mode):06o} {entry.id} 0\t{entry.path.removeprefix(prefix)}\0"
        for entry in objects.handle.index
        if entry.path.startswith(prefix)
    ]
    return "".join(lines).encode("utf-8", "surrogateescape")


def library_status(objects: Objects, under: str) -> tuple[str, ...]:
    """Give the paths below `under` whose file may differ from the index, relative to it."""
    git = library()
    flags = git.enums.FileStatus
    differs = flags.WT_NEW | flags.WT_MODIFIED | flags.WT_DELETED | flags.WT_TYPECHANGE | flags.CONFLICTED
    prefix = f"{under}/" if under else ""
    try:
        status: dict[str, int] = objects.handle.status(untracked_files="all", ignored=False)
    except (git.GitError, KeyError, ValueError) as error:
        raise UserError(
            f"{objects.git_dir} cannot be read as a git repository: {error}", "`git fsck` says what is wrong with it"
        ) from error
    return tuple(
        path.removeprefix(prefix) for path, flag in status.items() if flag & differs and path.startswith(prefix)
    )
