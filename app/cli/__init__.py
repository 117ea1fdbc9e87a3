"""The command line: a table of commands, each loaded when it is used. Knows no command's insides.

Every failure meant for people becomes `error:` and `hint:` on stderr with the exit code of its family; a traceback is
shown only with HOLDFAST_DEBUG=1.
"""

import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from app.errors import EXIT_USAGE
from app.settings import current
from app.shell.leaving import left, tell
from specs.values import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the table: `module` holds a click command that is named as the module is."""

    name: str
    module: str
    help: str
    group: str


CHECK, SERVE, MORE = "Check code against specs", "Run the service", "More"
SPECS = "Read and change specs on a server"
COMMANDS: tuple[Command, ...] = (
    Command("check", "app.cli.check", "Hold the code against its specs.", CHECK),
    Command("baseline", "app.cli.baseline", "Freeze today's findings: from now on only new ones break.", CHECK),
    Command("waive", "app.cli.waive", "Accept one finding until a date, for a reason.", CHECK),
    Command("claims", "app.cli.claims", "Approve what locks that came by git say in a person's name.", SPECS),
    Command("confirm", "app.cli.confirm", "Say that a section still describes its code.", CHECK),
    Command("explain", "app.cli.explain", "Explain a kind of invariant, or one finding in full.", CHECK),
    Command("learn", "app.cli.learn", "Write down what the code keeps to, as a draft.", CHECK),
    Command("graph", "app.cli.graph", "Draw modules and imports, with what is broken marked.", CHECK),
    Command("coverage", "app.cli.coverage", "Say which code no spec governs, and which specs no code follows.", CHECK),
    Command("init", "app.cli.init", "Write a first spec that fits this repository.", CHECK),
    Command("import", "app.cli.import_", "Make a spec of another tool's contracts.", CHECK),
    Command("merge", "app.cli.merge", "Merge three versions of a Markdown file, as git wants it.", CHECK),
    Command("publish", "app.cli.publish", "Tell GitHub or GitLab what a check came to, from CI.", CHECK),
    Command("install", "app.cli.install", "Have git use Holdfast: the merge driver.", CHECK),
    Command("context", "app.cli.context", "Print the intent that bears on a task.", CHECK),
    Command("connect", "app.cli.connect", "Have a coding agent's client call Holdfast.", CHECK),
    Command("hook", "app.cli.hook", "Answer a hook of a coding agent's client.", CHECK),
    Command("mcp", "app.cli.mcp", "Serve an agent over standard input and output.", CHECK),
    Command("spec", "app.cli.spec", "Read specs and their past; compare, restore, rename, retire.", SPECS),
    Command("link", "app.cli.link", "Keep a folder the same with a project on a server.", SPECS),
    Command("pull", "app.cli.pull", "Bring what changed on the server into the folder.", SPECS),
    Command("push", "app.cli.push", "Send what changed in the folder to the server.", SPECS),
    Command("status", "app.cli.status", "Say what differs between the folder and the server.", SPECS),
    Command("watch", "app.cli.watch", "Keep the folder and the server the same, both ways.", SPECS),
    Command("events", "app.cli.events", "Print what happens in a project, as it happens.", SPECS),
    Command("blame", "app.cli.blame", "Say who brought each line of a spec.", SPECS),
    Command("related", "app.cli.related", "Find which code a section speaks about, and the other way round.", SPECS),
    Command("search", "app.cli.search", "Find words in specs, as they are and as they were.", SPECS),
    Command("receipts", "app.cli.receipts", "Find what was told to whoever acted.", SPECS),
    Command("limits", "app.cli.limits", "Show what a project may use and how long its things are kept.", SPECS),
    Command("tag", "app.cli.tag", "Name what specs say now, and see what changed since.", SPECS),
    Command("export", "app.cli.export", "Write specs as files, JSON or a PDF.", SPECS),
    Command("propose", "app.cli.propose", "Propose a change of specs; policy and people decide.", SPECS),
    Command("inbox", "app.cli.inbox", "List what waits for you, and put it off.", SPECS),
    Command("proposals", "app.cli.proposals", "List, read, review and decide on proposals.", SPECS),
    Command("conflicts", "app.cli.conflicts", "List, read and settle what could not be merged.", SPECS),
    Command("requirements", "app.cli.requirements", "List the requirements in specs of any dialect.", CHECK),
    Command("trace", "app.cli.trace", "Say of each requirement whether it is implemented and tested.", CHECK),
    Command("tick", "app.cli.tick", "Mark tasks of spec-kit and Kiro done in their lists.", CHECK),
    Command("adr", "app.cli.adr", "Write decision records as the others are written.", CHECK),
    Command("openspec", "app.cli.openspec", "Validate and apply OpenSpec changes, and see which of them meet.", CHECK),
    Command("policy", "app.cli.policy", "Try policies on their examples, see what they decided and why.", SPECS),
    Command("task", "app.cli.task", "Make, claim and finish tasks; see who holds what and what it costs.", SPECS),
    Command("frozen", "app.cli.frozen", "List the agents that policies have stopped.", SPECS),
    Command("freeze", "app.cli.freeze", "Stop an agent for a time.", SPECS),
    Command("thaw", "app.cli.thaw", "Let a stopped agent go on.", SPECS),
    Command("gate", "app.cli.gate", "See what was decided on commits, decide, verify decisions later.", SPECS),
    Command("key", "app.cli.key", "Register the keys by which you sign commits.", SPECS),
    Command("secret", "app.cli.secret", "Let through what looks like a secret and is none.", SPECS),
    Command("serve", "app.cli.serve", "Serve pages, API and jobs.", SERVE),
    Command("worker", "app.cli.worker", "Do jobs, beside the web processes.", SERVE),
    Command("repo", "app.cli.repo", "Register repositories, and say how each stands.", SERVE),
    Command("webhook", "app.cli.webhook", "Have a server tell an address of yours what happens.", SPECS),
    Command("seed", "app.cli.seed", "Load the sample project.", SERVE),
    Command("report", "app.cli.report", "Write the weekly report of a project.", SERVE),
    Command("migrate", "app.cli.migrate", "Bring the database's schema up to date.", SERVE),
    Command("doctor", "app.cli.doctor", "Look at an installation, and say what is wrong with it.", SERVE),
    Command("signals", "app.cli.signals", "Tell a server of tests, deployments and incidents.", SERVE),
    Command("backup", "app.cli.backup", "Write one file of all that must not be lost.", SERVE),
    Command("restore", "app.cli.restore", "Bring a backup back, and verify it.", SERVE),
    Command("token", "app.cli.token", "Give, list and take back tokens of agents and CI.", SERVE),
    Command("admin", "app.cli.admin", "Let people in by links, begin projects, change keys and limits.", SERVE),
    Command("people", "app.cli.people", "Say who can log in, shut out, let in, end sessions.", SERVE),
    Command("audit", "app.cli.audit", "Verify the audit log, keep signed checkpoints of it, write it out.", SERVE),
    Command("completion", "app.cli.completion", "Print the completion script of a shell.", MORE),
    Command("version", "app.cli.version", "Print the version.", MORE),
)


class Registry(click.Group):
    """The group of all commands in `COMMANDS`; none is imported before it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands, in the order of the table."""
        del ctx
        return [command.name for command in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        del ctx
        for command in COMMANDS:
            if command.name == cmd_name:
                module = import_module(command.module)
                gc.enable()
                loaded: click.Command = getattr(module, command.module.rpartition(".")[2])
                return loaded
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the words name; a misspelt one gets a suggestion."""
        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f"did you mean `holdfast {near[0]}`?" if near else "`holdfast --help` lists the commands"
            raise click.UsageError(f"there is no command {args[0]!r}\nhint: {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by group, from the table alone."""
        del ctx
        for group in dict.fromkeys(command.group for command in COMMANDS):
            with formatter.section(group):
                formatter.write_dl([(command.name, command.help) for command in COMMANDS if command.group == group])

    def main(  # type: ignore[override]  # ours is called without most of its options
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> None:
        """Run the words given, and leave with the exit code."""
        settings = current()
        extra["standalone_mode"] = False

        def act() -> int | None:
            try:
                code: int | None = super(Registry, self).main(args, prog_name or "holdfast", obj=settings, **extra)
            except click.exceptions.NoArgsIsHelpError as error:
                click.echo(error.format_message())
                return EXIT_USAGE
            except click.ClickException as error:
                tell(*usage(error))
                return EXIT_USAGE
            except click.Abort as error:
                raise KeyboardInterrupt from error
            return code

        sys.exit(left(settings, act))


def usage(error: click.ClickException) -> tuple[str, str]:
    """Say what was wrong with the words given, and where to look."""
    message, _, hint = error.format_message().partition("\nhint: ")
    context = getattr(error, "ctx", None)
    return message[:1].lower() + message[1:].rstrip(
        "."
    ), hint or f"`{getattr(context, 'command_path', 'holdfast')} --help`"


@click.group(cls=Registry, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Living specs, and the check that the code still follows them.

    Exit codes: 0 no new error, 1 drift, 2 usage or configuration, 3 Holdfast failed.
    """


def main() -> None:
    """Run the command line of this process."""
    cli.main()
