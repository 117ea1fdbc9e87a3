"""`holdfast hook`: answers a hook of a coding agent's client with the intent that the agent has not been told yet."""

import click

from app.settings import Settings
from sync.agents.answers import CLIENTS

MOST_INPUT = 8_000_000


@click.command()
@click.argument("event", metavar="EVENT")
@click.option(
    "--client", "name", default="claude-code", show_default=True, type=click.Choice(list(CLIENTS)), help="Who asks."
)
@click.option("--budget", default=2000, type=click.IntRange(200, 2000), show_default=True, help="Tokens at most.")
@click.option("--server", default="", metavar="URL", help="Ask this server [HOLDFAST_SERVER, else the linked one].")
@click.option("--project", default="", metavar="NAME", help="The project on it [HOLDFAST_PROJECT].")
@click.pass_obj
def hook(settings: Settings, /, event: str, name: str, *, budget: int, **named: str) -> None:
    """Answer a hook: read what the client says from the input, print what its agent has not been told yet.

    EVENT is the client's name for it: UserPromptSubmit, SessionStart, PreToolUse, PostToolUse, SubagentStart. Leaves
    with 0 whatever happens, within a second, and prints nothing where there is nothing to tell. `holdfast connect`
    has a client call it. HOLDFAST_DEBUG=1 shows what went wrong.
    """
    from app.cli._hooks import Hook
    from app.shell.hooked import channel, read_input
    from sync.agents.events import event_of, moment_of

    moment = moment_of(event)
    if moment is None:
        raise click.UsageError(f"there is no event {event!r}\nhint: {', '.join(list(CLIENTS[name].events.values()))}")
    said = event_of(moment, read_input(MOST_INPUT))
    Hook(settings, CLIENTS[name], said, budget, (named["server"], named["project"])).answer(channel())
