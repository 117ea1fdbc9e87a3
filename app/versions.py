"""Which Holdfast this is. Looks nothing up but its own metadata."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


def version() -> str:
    """Give the installed version, "" where none is installed."""
    try:
        return installed("holdfast")
    except PackageNotFoundError:
        return ""
