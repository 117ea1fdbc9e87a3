"""`holdfast trace`: says of each requirement whether it is implemented and tested, by what the code itself says."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from app.cli._remote import remote
from app.cli._traced import There, beside
from app.cli._traced import below as on_server
from app.errors import EXIT_DRIFT, EXIT_OK
from app.settings import Settings
from app.shell.checking import write
from app.wording import clean, counted
from drift.lives.records import WAIVED
from drift.report import waived_in
from specs.errors import UnavailableError, UserError
from sync.checking.local import cache_for, check_side
from sync.checking.options import CheckOptions
from sync.specfiles.spectexts import below, read_specs
from sync.traces.items import Catalogue
from sync.traces.junit import MAX_BYTES, Case, read_junit
from sync.traces.scanning import scan
from sync.traces.standing import Ended, Implemented, Place, Signals, Standing, Tested, Traceability, traceability
from sync.trees.sides import find_side

MARKS = {"failed": "◆", "broken": "◆", "passed": "●", "kept": "●", "named": "●", "skipped": "○", "none": "○"}


@click.command(name="trace")
@click.argument("specs", nargs=-1, metavar="[SPEC...]")
@click.option(
    "--junit", multiple=True, type=click.Path(path_type=Path), metavar="FILE", help="Test results; any number."
)
@click.option("--untested", is_flag=True, help="Only what no test names, or whose tests failed or were skipped.")
@click.option("--strict", is_flag=True, help="Leave with 1 where something is broken, or a name means no requirement.")
@click.option("--rev", default="", metavar="REV", help="Look at a commit, not at the files here.")
@click.option("--server", default="", metavar="URL", help="Also tell how they stand on this server.")
@click.option("--project", default="", metavar="NAME", help="The project on it [HOLDFAST_PROJECT].")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@click.option("--path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The project.")
@click.pass_obj
def trace(
    settings: Settings,
    /,
    specs: tuple[str, ...],
    *,
    junit: tuple[Path, ...],
    untested: bool,
    strict: bool,
    rev: str,
    format_: str,
    path: Path,
    server: str,
    project: str,
) -> None:
    """Say of each requirement, of SPECs alone where they are named, whether it is implemented and tested.

    Code and tests name a requirement in a comment, docstring or marker: `holdfast: payments#refunds`, with tags of
    OpenFastTrace (`[utest->req~refunds~1]`) or StrictDoc (`@relation(REQ-1, scope=function)`). A server is asked only
    with --server: of each requirement it tells how tests ended there, where it runs and since when it is broken.
    """
    there = _there(settings, server, project)
    found = traced(settings, path, rev, junit)
    rows = [row for row in found.standings if not specs or any(below(row.item.spec, one.strip("/")) for one in specs)]
    if specs and not rows:
        raise UserError(f"there is no requirement in {' or '.join(specs)}", "name a spec, or a folder of specs")
    wanted = [row for row in rows if row.tested is not Tested.PASSED] if untested else rows
    write(as_json(wanted, found, there) if format_ == "json" else as_text(wanted, rows, found, there))
    known = [there.of(row.item.address) for row in rows] if there is not None else []
    broken = any(row.broken for row in rows) or any(one.get("broken") for one in known if one is not None)
    bad = strict and (bool(found.unknown) or broken)
    raise click.exceptions.Exit(EXIT_DRIFT if bad else EXIT_OK)


def _there(settings: Settings, server: str, project: str) -> There | None:
    """Ask the server that is named, if any. Of one that does not answer it is said so; what is here is told."""
    if not server:
        return None
    try:
        return There.ask(remote(settings, server, project))
    except UnavailableError as error:
        click.echo(f"{clean(error.message)} Only what is here is told.", err=True)
        return None


def traced(settings: Settings, path: Path, rev: str, junit: tuple[Path, ...]) -> Traceability:
    """Bring together specs, code, tests and the verdicts of a check, all of the files here."""
    options = CheckOptions(datetime.now(tz=UTC).date(), cache_dir=settings.cache_dir, rev=rev)
    ended = [Ended(case) for file in junit for case in cases_of(file)]
    side = find_side(path, rev)
    cache = cache_for(side, options)
    try:
        documents = read_specs(side, None, cache).documents
        tags = scan(side.tree, cache, side.config.excludes)
        report = check_side(side, cache, options).report
    finally:
        cache.save()
    places = [Place(name, tag) for name, found in tags.items() for tag in found]
    waived = waived_in(report)
    verdicts = {one.id: (WAIVED if (one.id, one.spec) in waived else one.verdict, None) for one in report.invariants}
    return traceability(Catalogue(documents), Signals(places, ended, verdicts))


def cases_of(file: Path) -> tuple[Case, ...]:
    """Read a file of test results. Raises `UserError`."""
    try:
        with file.open("rb") as opened:
            return read_junit(opened.read(MAX_BYTES + 1), str(file))
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}", "Name a file that a test run wrote.") from error


def as_text(rows: list[Standing], everything: list[Standing], found: Traceability, there: There | None = None) -> str:
    """Write requirements spec by spec, then names that mean none, then how many there are."""
    lines: list[str] = []
    spec = ""
    width = min(max((len(row.item.key) for row in rows), default=0), 40)
    for row in rows:
        if row.item.spec != spec:
            lines += [*([""] if spec else []), clean(row.item.spec)]
            spec = row.item.spec
        lines.append(line(row, width))
        lines += [f"      broken: {one.kind} {clean(one.what)}" for one in row.broken]
        lines += [] if there is None else beside(there.of(row.item.address))
    lines += [""] if rows else []
    lines += [f"▲ {clean(one.where)} names {clean(one.target)}: {clean(one.why)}" for one in found.unknown]
    lines += [] if there is None else on_server(there)
    tested = sum(row.tested is not Tested.NONE for row in everything)
    done = sum(row.implemented is not Implemented.NONE for row in everything)
    broken = sum(bool(row.broken) for row in everything)
    parts = [counted(len(everything), "requirement"), f"{done} implemented", f"{tested} tested"]
    parts += [f"{broken} broken"] if broken else []
    parts += [f"{counted(len(found.unknown), 'name')} of none"] if found.unknown else []
    return "\n".join([*lines, " · ".join(parts)]) + "\n"


def line(row: Standing, width: int) -> str:
    """Write one requirement in a line."""
    draft = "" if row.item.status == "active" else f"  [{row.item.status}]"
    done = {"none": "not implemented", "named": f"implemented in {counted(len(row.code), 'place')}"}
    own = counted(len(row.item.invariants), "invariant")
    code = done.get(row.implemented) or f"{own} {row.implemented}"
    ran = {"none": "not tested", "named": f"{counted(len(row.tests), 'test')}, no result"}
    tests = ran.get(row.tested) or f"{counted(len(row.results), 'test')} {row.tested}"
    key = f"{clean(row.item.key):<{width}}"
    return f"  {key}  {MARKS[row.implemented]} {code:<26}  {MARKS[row.tested]} {tests}{draft}"


def as_json(rows: list[Standing], found: Traceability, there: There | None = None) -> str:
    """Write it as JSON, version 1: fields are added, never changed in meaning."""
    known = {} if there is None else {row.item.address: {"there": there.of(row.item.address)} for row in rows}
    unknown = [{"target": one.target, "where": one.where, "why": one.why} for one in found.unknown]
    value: dict[str, Any] = {
        "schema": 1,
        "requirements": [row_json(row) | known.get(row.item.address, {}) for row in rows],
    }
    value |= {"unknown": unknown}
    if there is not None:
        value |= {"running": list(there.running), "incidents": list(there.incidents)}
    return json.dumps(value, ensure_ascii=True, indent=2) + "\n"


def row_json(row: Standing) -> dict[str, Any]:
    """Give one requirement as JSON has it."""

    def places(found: tuple[Place, ...]) -> list[dict[str, Any]]:
        return [{"path": one.path, "line": one.tag.line, "symbol": one.tag.symbol} for one in found]

    return {
        "address": row.item.address,
        "name": row.item.name,
        "line": row.item.line,
        "status": row.item.status,
        "implemented": row.implemented,
        "tested": row.tested,
        "invariants": list(row.item.invariants),
        "code": places(row.code),
        "tests": places(row.tests),
        "results": [{"name": one.case.name, "result": one.case.result} for one in row.results],
        "broken": [{"kind": one.kind, "what": one.what} for one in row.broken],
    }
