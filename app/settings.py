"""Every setting of Holdfast, as one frozen value made from the environment. The only module that knows variable names.

Nothing is read at import; `app.cli` calls `Settings.from_env(os.environ)` through `current` once per process.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TRUE = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says.

    `cache_dir` replaces `.holdfast/cache` under the checked root (None: there). `debug` shows tracebacks.
    `no_color` follows https://no-color.org: any non-empty value counts.
    """

    cache_dir: Path | None = None
    debug: bool = False
    no_color: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the settings out of a mapping like `os.environ`; what is not set has its default."""
        cache_dir = env.get("HOLDFAST_CACHE_DIR", "").strip()
        return cls(
            cache_dir=Path(cache_dir) if cache_dir else None,
            debug=flag(env, "HOLDFAST_DEBUG"),
            no_color=bool(env.get("NO_COLOR")),
        )


def flag(env: Mapping[str, str], name: str) -> bool:
    """Say whether a yes-or-no variable is set to yes; anything that is not plainly yes is no."""
    return env.get(name, "").strip().lower() in TRUE


def current() -> Settings:
    """Make the settings of this process."""
    return Settings.from_env(os.environ)
