"""`holdfast policy`: tries policies on their examples, shows which are in force, and explains what they decided."""

from pathlib import Path
from typing import Any

import click

from app.cli._remote import remote, server_options
from app.errors import EXIT_DRIFT
from app.settings import Settings
from app.wording import clean, counted
from specs.errors import MissingError, UserError


@click.group()
def policy() -> None:
    """Try policies on their examples, see what is in force, and why something was decided."""


@policy.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@server_options
@click.pass_context
def test(context: click.Context, paths: tuple[Path, ...], server: str, project: str) -> None:
    """Try the policies in PATHS (files or folders) on the examples they give of themselves; exit code 1 if one fails.

    Without PATHS, those of the repository's specs; with --server, those in force there. Nothing is sent from here.
    """
    if server and paths:
        raise UserError("Files or a server?", "Name PATHS, or --server, not both.")
    failed = _test_server(context.obj, server, project) if server else _test_files(paths)
    if failed:
        context.exit(EXIT_DRIFT)


@policy.command()
@click.option("--shipped", is_flag=True, help="Print the policy that is in force until a project writes its own.")
@server_options
@click.pass_obj
def show(settings: Settings, /, server: str, project: str, *, shipped: bool) -> None:
    """Print the policies in force and where each comes from. The shipped one is a spec: copy what you change."""
    if shipped:
        from specs.policy.shipped import TEXT

        click.echo(TEXT, nl=False)
        return
    answer = remote(settings, server, project).get("/policies").json()
    for item in answer["items"]:
        place = f"{item['spec']}:{item['line']}" if "spec" in item else "shipped with Holdfast"
        click.echo(click.style(clean(item["id"] or "(no id)"), bold=True) + f"  {clean(place)}")
        click.echo(f"  on {', '.join(item['events'])}, when")
        for line in item["when"].strip().split("\n"):
            click.echo(f"    {clean(line.strip())}")
        click.echo(f"  then {clean(item['then'])}" + (f": {clean(item['why'])}" if "why" in item else ""))
        if "broken" in item:
            click.echo(f"  BROKEN: {clean(item['broken'])} Until it is mended, each of these acts wants a person.")
    if answer.get("replaced"):
        click.echo(f"Taken the place of shipped ones: {', '.join(answer['replaced'])}.")


@policy.command()
@click.argument("subject", metavar="PROPOSAL")
@click.option("--all", "all_", is_flag=True, help="Also the rules that had nothing to say, and the facts.")
@server_options
@click.pass_obj
def explain(settings: Settings, /, subject: str, server: str, project: str, *, all_: bool) -> None:
    """Say what was decided on a PROPOSAL, by its id, or last on the spec at a path: which rule decided, and why."""
    at = remote(settings, server, project)
    found = at.get("/decisions", {"subject": subject, "limit": 1}).json()["items"]
    if not found:
        raise MissingError("Nothing was decided on that.", "Give the id of a proposal, or the path of a spec.")
    (item,) = found
    click.echo(f"{item['at'][:16].replace('T', ' ')} {item['event']} by {clean(item['actor']['name'])}")
    for line in item["told"]:
        click.echo(clean(line))
    why = at.get("/decisions/explained", {"subject": subject}).json()
    for one in why.get("otherwise", ()):
        click.echo(f"Were {one['fact']} {clean(one['value'])} and not {clean(one['now'])}: {clean(one['told'])}.")
    if why.get("moved"):
        click.echo("The policies of today would decide otherwise.")
    if all_:
        silent = [one["policy"] for one in item["decision"]["rulings"] if not one["applies"]]
        click.echo(f"Had nothing to say: {clean(', '.join(silent)) or 'none'}.")
        for name, value in item["decision"]["facts"].items():
            click.echo(f"  {name}: {clean(str(value))}")


@policy.command()
def facts() -> None:
    """List the facts that policies speak of, with their types and meanings."""
    from specs.rules.registry import FACTS

    for fact in FACTS:
        kind = " | ".join(word or '""' for word in fact.type.values) or fact.type.told
        click.echo(click.style(fact.name, bold=True) + f"  {kind}")
        click.echo(f"  {fact.meaning} ({', '.join(fact.events)})")


def _test_files(paths: tuple[Path, ...]) -> bool:
    from specs import cel
    from specs.policy.examples import try_examples
    from sync.specfiles.policies import read_policies

    found = read_policies(paths)
    if not found.policies:
        raise UserError("There is no policy here.", "Write one as a ```yaml policy block, or name other files.")
    if not cel.installed():
        raise UserError("The evaluator is not installed.", "Install it: pip install 'holdfast[server]'.")
    for path, problem in found.problems:
        click.echo(f"{clean(path)}:{problem.line}: {problem.severity}: {clean(problem.message)}")
        click.echo(f"  hint: {clean(problem.hint)}")
    tried = try_examples(found.policies)
    for one in tried:
        _tell(one.policy.id, one.policy.origin.spec, one.example.line, one.told, holds=one.holds)
    bare = [one.id or "(no id)" for one in found.policies if not one.examples and not one.broken]
    if bare:
        click.echo(f"Without examples: {clean(', '.join(bare))}.")
    broken, failed = sum(bool(one.broken) for one in found.policies), sum(not one.holds for one in tried)
    told = (
        f"{counted(len(tried), 'example')} of {counted(len(found.policies), 'policy').replace('policys', 'policies')}"
    )
    click.echo(f"{told}: {failed or 'none'} failed" + (f", {broken} broken." if broken else "."))
    return bool(broken or failed)


def _test_server(settings: Settings, server: str, project: str) -> bool:
    asked = remote(settings, server, project)
    broken = [item for item in asked.get("/policies").json()["items"] if "broken" in item]
    for item in broken:
        click.echo(f"{clean(item.get('spec', ''))}:{item.get('line', 0)}: error: {clean(item['broken'])}")
    tried: list[dict[str, Any]] = asked.get("/policies/examples").json()["items"]
    for one in tried:
        _tell(one["policy"], one.get("spec", "shipped"), one["line"], one["told"], holds=one["holds"])
    failed = sum(not one["holds"] for one in tried)
    click.echo(
        f"{counted(len(tried), 'example')}: {failed or 'none'} failed" + (f", {len(broken)} broken." if broken else ".")
    )
    return bool(broken or failed)


def _tell(name: str, path: str, line: int, told: str, *, holds: bool) -> None:
    word = "ok" if holds else "FAILED"
    click.echo(f"{clean(path)}:{line}: {word} {clean(name)}: {clean(told)}")
