"""`holdfast version`: which Holdfast this is. Looks nothing up but its own metadata."""

import click


@click.command()
def version() -> None:
    """Print the version."""
    from app.versions import version as installed

    click.echo(f"holdfast {installed() or '(not installed)'}")
