"""Options that commands share."""

import click

# For commands that work on the server's own machine.
DATABASE = click.option(
    "--database-url", default="", metavar="URL", help="The PostgreSQL to use [HOLDFAST_DATABASE_URL]."
)
