"""What a project may use and how long its things are kept: the names, what they mean, and what holds where none is set.

Pure. A limit is what the project says, else what the installation says, else the default here.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from specs.errors import UserError
from specs.values import dataclass

MOST = 2**40
LONGEST_DAYS = 36_500
HOUR, DAY = 3600, 86_400


class LimitKind(StrEnum):
    """What is limited: how much there may be, or for how long it is kept."""

    QUOTA = "quota"
    RETENTION = "retention"


class Quota(StrEnum):
    """What a project may use only so much of."""

    SPECS = "specs"
    TEXT_BYTES = "text-bytes"
    IMAGE_BYTES = "image-bytes"
    REPOSITORIES = "repositories"
    MEMBERS = "members"
    TOKENS = "tokens"
    CHECKS = "checks-a-day"
    CONTEXT = "context-an-hour"


class Kept(StrEnum):
    """What is kept for a number of days; 0 keeps it for good."""

    REPORTS = "reports"
    CHECKS = "checks"
    FINDINGS = "resolved-findings"
    RECEIPTS = "receipts"
    DECISIONS = "decisions"
    IMAGES = "unused-images"
    TOKENS = "ended-tokens"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a name means, what holds where nobody says, and for what is counted by time the window in seconds."""

    means: str
    default: int
    window: int = 0


QUOTAS: Mapping[Quota, Measure] = MappingProxyType(
    {
        Quota.SPECS: Measure("specs that are not retired", 20_000),
        Quota.TEXT_BYTES: Measure("bytes of text at the heads of its specs", 1024**3),
        Quota.IMAGE_BYTES: Measure("bytes of images beside its specs", 1024**3),
        Quota.REPOSITORIES: Measure("registered repositories", 100),
        Quota.MEMBERS: Measure("members, agents included", 1_000),
        Quota.TOKENS: Measure("tokens that open it alone and have not ended", 1_000),
        Quota.CHECKS: Measure("checks posted from elsewhere in a day", 10_000, DAY),
        Quota.CONTEXT: Measure("context bundles served in an hour", 20_000, HOUR),
    }
)
KEPT: Mapping[Kept, Measure] = MappingProxyType(
    {
        Kept.REPORTS: Measure("full reports of checks, but for each repository's last one", 90),
        Kept.CHECKS: Measure("checks, but for those that findings or standing verdicts rest on", 400),
        Kept.FINDINGS: Measure("findings that were resolved, with their lives", 400),
        Kept.RECEIPTS: Measure("the passages that receipts of context name", 365),
        Kept.DECISIONS: Measure("what was found where a check was posted and decided on", 400),
        Kept.IMAGES: Measure("images that no text ever referred to", 30),
        Kept.TOKENS: Measure("tokens and links that ended", 90),
    }
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for one name: `value` (a number, or days), who said so, and what is used, where that is counted."""

    kind: LimitKind
    name: str
    means: str
    value: int
    said_by: str
    used: int | None = None


def settle(
    kind: LimitKind, own: Mapping[str, int], installation: Mapping[str, int], used: Mapping[str, int] | None = None
) -> tuple[Setting, ...]:
    """Say what holds for each name of a kind. `own` is what the project says, `installation` what its server says."""
    known: Mapping[Quota, Measure] | Mapping[Kept, Measure] = QUOTAS if kind is LimitKind.QUOTA else KEPT
    made = []
    for name, measure in known.items():
        said = "project" if name in own else "installation" if name in installation else "default"
        value = own.get(name, installation.get(name, measure.default))
        made.append(Setting(kind, name.value, measure.means, value, said, (used or {}).get(name)))
    return tuple(made)


def check_limit(kind: LimitKind, name: str, value: int | None) -> None:
    """Raise `UserError` for a name that is none, or a value that cannot be one; None takes a setting back."""
    names = [one.value for one in (Quota if kind is LimitKind.QUOTA else Kept)]
    if name not in names:
        raise UserError(f"There is no {kind} {name!r}.", f"Use one of {', '.join(names)}.")
    most = MOST if kind is LimitKind.QUOTA else LONGEST_DAYS
    if value is not None and not 0 <= value <= most:
        what = "a whole number" if kind is LimitKind.QUOTA else "a number of days, 0 for ever"
        raise UserError(f"{value} is no value for {name}.", f"Give {what}, up to {most}.")
