"""The command's first module: makes sure that its own packages are the ones imported, then hands over to `app.cli`.

The packages have short names (`app`, `specs`, `drift`, `sync`, `migrations`) and the command runs inside repositories
that may own packages of the same names, even with `PYTHONPATH=.`. A finder in front of all others answers for those
names from the folder of this file alone.
"""

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

OWN = frozenset({"app", "specs", "drift", "sync", "migrations"})
HOME = str(Path(__file__).resolve().parent)


class OwnPackages:
    """A meta path finder that knows the packages in `OWN` and where they live."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Answer for our own top-level packages; leave all else to the finders behind."""
        return PathFinder.find_spec(name, [HOME], target) if path is None and name in OWN else None


if not any(finder is OwnPackages for finder in sys.meta_path):
    sys.meta_path.insert(0, OwnPackages)  # type: ignore[arg-type]  # a class with the one method that is asked for


def main() -> None:
    """Run the command line."""
    gc.disable()  # what is loaded stays: the command that is found turns it on again
    if sys.argv[1:2] == ["hook"] and not {"-h", "--help"}.intersection(sys.argv):
        from app.shell.hooked import guarded  # noqa: PLC0415 (only after the finder stands; loads nothing)

        guarded(command)
    command()


def command() -> None:
    """Run the command that the words of this process name; a check in plain words without what reads words."""
    try:
        if sys.argv[1:2] == ["check"]:
            from app.shell.checking import begin  # noqa: PLC0415 (only after the finder stands)

            begin(sys.argv[2:])
        from app.cli import main as run  # noqa: PLC0415 (same)

        run()
    except SystemExit as left:
        if sys.argv[1:2] != ["check"] or not isinstance(left.code, int):
            raise
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(left.code)  # taking a large index apart, value by value, would cost a tenth of a check


if __name__ == "__main__":
    main()
