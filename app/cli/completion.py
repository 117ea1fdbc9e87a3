"""`holdfast completion SHELL`: prints the script that makes a shell complete our commands and options."""

import click
from click.shell_completion import get_completion_class

WHERE = {
    "bash": 'eval "$(holdfast completion bash)"      # in ~/.bashrc',
    "zsh": 'eval "$(holdfast completion zsh)"       # in ~/.zshrc',
    "fish": "holdfast completion fish | source       # in ~/.config/fish/config.fish",
}


@click.command(epilog="\b\nTo have it in every session:\n  " + "\n  ".join(WHERE.values()))
@click.argument("shell", type=click.Choice(sorted(WHERE)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell."""
    maker = get_completion_class(shell)
    if maker is None:
        raise click.UsageError(f"no completion for {shell}")
    root = context.find_root()
    script = maker(root.command, {}, "holdfast", "_HOLDFAST_COMPLETE")
    click.echo(script.source_template % script.source_vars())
