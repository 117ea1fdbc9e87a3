"""Options that commands share."""

from collections.abc import Sequence
from typing import Any

import click

# For commands that work on the server's own machine.
DATABASE = click.option(
    "--database-url", default="", metavar="URL", help="The PostgreSQL to use [HOLDFAST_DATABASE_URL]."
)


def one_of(words: Sequence[str]) -> dict[str, Any]:
    """Give what makes an option take one of these words, or "" where it is left out, which help does not show."""
    return {"default": "", "type": click.Choice(["", *words]), "metavar": f"[{'|'.join(words)}]"}
