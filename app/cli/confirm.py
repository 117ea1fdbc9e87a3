"""`holdfast confirm`: says that a section still describes its code, or that a person stands behind its statements."""

from pathlib import Path

import click

from app.cli._remote import remote, server_options
from app.cli._statements import confirm_statements
from app.errors import EXIT_OK
from app.settings import Settings
from app.shell.checking import options, write
from app.shell.progress import Progress
from app.wording import clean
from specs.errors import UserError
from sync.lock.confirming import Confirmed
from sync.lock.confirming import confirm as accept
from sync.lock.debts import Claim


@click.command()
@click.argument("section", metavar="PATH[#SECTION]")
@click.option("--because", default="", metavar="TEXT", help="What you looked at, or why nothing had to change.")
@click.option("--by", default="", metavar="NAME", help="Who confirms; else the name that git is set to use.")
@click.option("--statements", is_flag=True, help="Confirm inferred statements, on the server.")
@click.option("--list", "only_list", is_flag=True, help="With --statements: only list those that wait.")
@click.option("--statement", "named", multiple=True, metavar="NAME", help="One statement, by its name; repeatable.")
@server_options
@click.option("--path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The project.")
@click.pass_obj
def confirm(
    settings: Settings,
    /,
    section: str,
    path: Path,
    *,
    statements: bool,
    only_list: bool,
    named: tuple[str, ...],
    server: str,
    project: str,
    **claim: str,
) -> None:
    """Confirm that a section describes the code that its `reviewed` blocks bind it to, in holdfast.lock.

    Read both first: from here on a check reports what changes in substance. Without #SECTION, all such sections of the
    spec are confirmed. A line written here is a claim: whoever reviews the change decides.

    With --statements, what agents wrote in the spec at PATH on the server becomes explicit as it stands; PATH is its
    place in the project. That takes the token of a reviewer, in HOLDFAST_TOKEN: no agent can.
    """
    if statements or named or only_list:
        if claim["by"]:
            raise UserError("On a server, whoever has the token confirms.", "Leave out --by.")
        place = remote(settings, server, project)
        click.echo(confirm_statements(place, section, named, because=claim["because"], only_list=only_list), nl=False)
        return
    with Progress(quiet=settings.no_color) as progress:
        done = accept(path, options(settings, progress), section, Claim(**claim))
    write(told(done))
    raise click.exceptions.Exit(EXIT_OK)


def told(done: Confirmed) -> str:
    """Say what was confirmed: what is new or has changed by name, the rest by number."""
    lines = [f"confirmed {clean(done.section)}  by {clean(done.by)}"]
    lines += [f"  {word}: {clean(name)}" for word in ("new", "changed", "gone") for name in getattr(done, word)]
    if done.same:
        lines.append(f"  as before: {len(done.same)}")
    return "\n".join([*lines, *(f"hint: {text}" for text in done.advice)]) + "\n"
