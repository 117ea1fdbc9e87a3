"""Rules of dependency-cruiser in the words of our kinds, where these can mean the same; the others with the reason."""

from collections.abc import Sequence

from drift.cruise.options import Options, Rule
from sync.translation import Contract, Dropped


def written(
    contracts: Sequence[tuple[Contract, Rule]], options: Options, base: str, folders: Sequence[str]
) -> tuple[list[Contract], list[Dropped]]:
    """Give the invariants of a spec, and the rules that cannot be among them."""
    return [], [Dropped(f"rule {contract.name}", contract.line, "not yet") for contract, _ in contracts]
