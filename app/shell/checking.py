"""What `holdfast check` does once its words are understood, and commands like it: asks, checks, shows.

Plain words are understood here as well, without the library that reads command lines: loading that takes as long as a
check of a small tree. Whatever is not plain (help, mistakes, the rarer options) is left to `app.cli`.
"""

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import EXIT_DRIFT, EXIT_OK
from app.renderers import RENDERERS, renderer
from app.settings import Settings, current
from app.shell.leaving import left
from app.shell.progress import Progress
from specs.errors import HoldfastError, UserError

if TYPE_CHECKING:
    from app.renderers.text import Look
    from app.shell.outputs import Output
    from drift.excerpts import Excerpts
    from drift.report import CheckReport
    from specs.document import Yaml
    from sync.checking.options import CheckOptions

    Judged = tuple[CheckReport, Excerpts, int]

PLAIN = str.maketrans(
    {"●": "+", "◆": "x", "▲": "!", "○": "o", "◐": "~", "·": "-", "└": "`", "─": "-", "│": "|", "…": "."}
)
FLAGS: Mapping[str, str] = {"--staged": "staged", "--all": "everything", "--no-cache": "no_cache"}
VALUES: Mapping[str, str] = {"--contracts": "contracts", "--base": "base", "--rev": "rev", "--format": "format_"}


def plain(words: Sequence[str]) -> dict[str, Any] | None:
    """Understand the words behind `holdfast check` as `app.cli.check` would; None for those that are not plain."""
    given: dict[str, Any] = {"path": None, "contracts": (), "base": "", "rev": "", "format_": "text"}
    given |= dict.fromkeys(FLAGS.values(), False)
    rest = iter(words)
    for word in rest:
        name, _, value = word.partition("=")
        if word in FLAGS:
            given[FLAGS[word]] = True
        elif name in VALUES:
            value = value if "=" in word else next(rest, "")
            if not value or value.startswith("-"):
                return None
            given[VALUES[name]] = (*given["contracts"], Path(value)) if name == "--contracts" else value
        elif given["path"] is not None or not word or word.startswith("-"):
            return None
        else:
            given["path"] = Path(word)
    given["path"] = given["path"] or Path()
    known = given["format_"] in {item.name for item in RENDERERS}
    return given if known and given["path"].is_dir() and not any(map(Path.is_dir, given["contracts"])) else None


def begin(words: Sequence[str]) -> None:
    """Answer `holdfast check` and leave, where its words are plain and the settings sound; else do nothing."""
    given = plain(words)
    try:
        settings = current()
    except HoldfastError:
        return
    if given is not None:
        path, format_, everything = (given.pop(name) for name in ("path", "format_", "everything"))
        asked = {"specs": None, "only": None, **given}
        sys.exit(left(settings, lambda: answer(settings, path, format_, (), asked, everything=everything)))


def answer(
    settings: Settings,
    path: Path,
    format_: str,
    wanted: "tuple[Output, ...]",
    asked: dict[str, Any],
    judge: "Callable[[CheckOptions], Judged] | None" = None,
    *,
    everything: bool = False,
) -> int:
    """Check at `path` as asked, print it and write the files that are wanted, and give the exit code."""
    gc.disable()  # a short process that makes a million small values and drops none: collecting costs a quarter of it
    with Progress(quiet=settings.no_color) as progress:
        wish = options(settings, progress, cached=not asked.pop("no_cache"), **asked)
        report, excerpts, code = judge(wish) if judge is not None else judged(path, wish)
    if wanted:
        from app.shell.outputs import save

        save(wanted, format_, report, excerpts)
    if format_ == "text" or any(not one.format for one in wanted):
        from app.renderers.text import render as render_text

        write(render_text(report, excerpts, look(settings, everything=everything)))
    else:
        write(renderer(format_).render(report, excerpts))
    return code


def judged(path: Path, wish: "CheckOptions") -> "Judged":
    """Check, and give the exit code beside what was found."""
    report, excerpts = run(path, wish)
    return report, excerpts, EXIT_DRIFT if report.verdict == "broken" else EXIT_OK


def run(path: Path, wish: "CheckOptions") -> "tuple[CheckReport, Excerpts]":
    """Check; what that takes is loaded while git lists the files."""
    from sync.checking.starting import start

    started = start(path, wish.rev, staged=wish.staged, contracts=wish.contracts, base=wish.base)
    from sync.checking.local import run_check_with_code

    return run_check_with_code(path, wish, started)


def options(settings: Settings, progress: Progress, *, cached: bool = True, **asked: Any) -> "CheckOptions":
    """Join what the command line asks with what the environment says."""
    from sync.checking.options import CheckOptions

    for one, other in (("rev", "staged"), ("contracts", "specs")):
        if asked.get(one) and asked.get(other):
            raise UserError(f"--{one} and --{other} exclude each other", "leave one of them out")
    return CheckOptions(
        today=datetime.now(tz=UTC).date(),
        evaluated=exported_by(asked),
        cache_dir=settings.cache_dir,
        cached=cached,
        progress=progress,
        **asked,
    )


def exported_by(asked: Mapping[str, Any]) -> "Callable[[Path], Yaml] | None":
    """Give what runs contracts that are programs, where there are contracts at all."""
    if not asked.get("contracts"):
        return None

    def evaluated(program: Path) -> "Yaml":
        from app.programs.javascript import exported

        return exported(program)

    return evaluated


def look(settings: Settings, *, everything: bool = False) -> "Look":
    """Decide how to write text: colour and width for a terminal, neither for a pipe."""
    from app.renderers.text import Look

    if not sys.stdout.isatty():
        return Look(everything=everything)
    from shutil import get_terminal_size

    return Look(get_terminal_size().columns, colour=not settings.no_color, everything=everything)


def write(text: str) -> None:
    """Write to stdout, in plain characters where it cannot show others."""
    encoding = (sys.stdout.encoding or "utf-8").lower()
    if not encoding.startswith("utf"):
        text = text.translate(PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    sys.stdout.write(text)
    sys.stdout.flush()
