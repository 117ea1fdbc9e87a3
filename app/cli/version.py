"""`holdfast version`: which Holdfast this is. Looks nothing up but its own metadata."""

import click


@click.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        click.echo(f"holdfast {installed('holdfast')}")
    except PackageNotFoundError:
        click.echo("holdfast (not installed)")
