"""`holdfast limits` against a server."""

from specs.access import Role
from tests.app.cli.conftest import Command


async def test_limits_are_shown_and_set(command: Command) -> None:
    shown = (await command("limits")).stdout
    assert "specs             0 of 20,000" in shown
    assert "receipts          365 days" in shown
    assert "[default]" in shown
    done = await command("limits", "receipts=0", "checks=30", who=Role.ADMIN)
    assert "receipts          for good" in done.stdout
    assert "[project]" in done.stdout
    back = (await command("limits", "receipts=default", who=Role.ADMIN)).stdout
    assert "receipts          365 days" in back
    assert "needs the role admin" in (await command("limits", "checks=7")).stderr
    assert "no limit 'cheques'" in (await command("limits", "cheques=7")).stderr
    assert "Write checks=100" in (await command("limits", "checks=many")).stderr
