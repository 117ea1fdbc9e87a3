"""Where the copies of repositories are kept on this machine, and how far fetching them may go."""

from app.settings import Settings
from sync.service.repositories.fetching import Borders, LetIn, Mirrors, nothing


def mirrors(settings: Settings, let_in: LetIn = nothing) -> Mirrors:
    """Give the mirrors below the data folder; `let_in` gives what lets into each repository."""
    borders = Borders(
        settings.repository_roots,
        settings.allow_private_addresses,
        max_bytes=settings.max_repository_bytes,
        environment=settings.git_environment,
    )
    return Mirrors(settings.data_dir / "mirrors", borders, let_in=let_in)
