"""How a command ends: its exit code, and every failure as words for people. Knows no command and no parser of words."""

import sys
from collections.abc import Callable

from app.errors import EXIT_DRIFT, EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE, outside
from app.settings import Settings, current
from specs.errors import HoldfastError

SERVER_PARTS = frozenset(
    [
        "aiosmtplib",
        "alembic",
        "argon2",
        "cel",
        "granian",
        "litestar",
        "mcp",
        "mcp_types",
        "msgspec",
        "nh3",
        "procrastinate",
        "psycopg",
        "sqlalchemy",
        "structlog",
        "typst",
    ]
)
RED, CYAN, BOLD, PLAIN = "\x1b[31m", "\x1b[36m", "\x1b[1m", "\x1b[0m"


def left(settings: Settings, act: Callable[[], int | None]) -> int:
    """Act, say what went wrong in words, and give the exit code. With `debug` an error is left as it is."""
    code = EXIT_DRIFT  # as of any command whose reader leaves before it is done
    try:
        code = act() or EXIT_OK
        sys.stdout.flush()
    except HoldfastError as error:
        if settings.debug:
            raise
        tell(error.message, error.hint)
        code = outside(error).exit_code
    except KeyboardInterrupt:
        tell("interrupted", "")
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
    except Exception as error:
        if settings.debug:
            raise
        message, hint, code = failure(error)
        tell(message, hint)
    return code


def failure(error: Exception) -> tuple[str, str, int]:
    """Say what an error that nobody foresaw comes to: most often, that only the check was installed."""
    if isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] in SERVER_PARTS:
        return "The server's parts are not installed.", "Install them: pip install 'holdfast[server]'.", EXIT_USAGE
    return f"Holdfast failed: {type(error).__name__}: {error}", "set HOLDFAST_DEBUG=1 to see where", EXIT_FAILED


def tell(message: str, hint: str) -> None:
    """Write an error for a person."""
    colour = not current().no_color and sys.stderr.isatty()
    for name, shade, text in (("error:", RED, message), ("hint:", CYAN, hint)):
        if text or name == "error:":
            sys.stderr.write(f"{shade}{BOLD}{name}{PLAIN} {text}\n" if colour else f"{name} {text}\n")
    sys.stderr.flush()
