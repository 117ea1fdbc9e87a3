"""What the tools take: the types that arguments are checked against, and their JSON Schemas, short on purpose.

Every word here is in the window of every agent that connects.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from sync.contexts.bundle import DEFAULT_BUDGET, MOST_BUDGET

# What an answer says besides the bundle must fit too.
LEAST = 300
Path = Annotated[str, Meta(max_length=1000)]
Paths = Annotated[tuple[Path, ...], Meta(max_length=200, description="Files or folders from the repository's top.")]
Budget = Annotated[int, Meta(ge=LEAST, le=MOST_BUDGET, description="Most tokens of the answer.")]
Digest = Annotated[str, Meta(max_length=64, description="Revision digest.")]
Names = Annotated[tuple[Path, ...], Meta(max_length=200, description="Such as `pay.charge:Card.pay`.")]
Claim = Annotated[str, Meta(max_length=80, description="Handle that report_intent gave.")]


class Asked(Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of arguments: one that is not known is refused, so that a typing error is never silence."""


class ContextAsked(Asked):
    """A task, and the code it will touch: at least one of them."""

    task: Annotated[str, Meta(max_length=20_000, description="What you are about to do.")] = ""
    paths: Paths = ()
    symbols: Names = ()
    budget: Budget = DEFAULT_BUDGET
    since: Annotated[str, Meta(max_length=100, description="Bundle you have: only what changed is told.")] = ""
    claim: Claim = ""


class SectionAsked(Asked):
    """A section by its address, at its head or at a revision."""

    section: Annotated[str, Meta(min_length=1, max_length=1500, description="`path.md#anchor`, or `path.md` for all.")]
    revision: Digest = ""
    budget: Budget = 4 * DEFAULT_BUDGET


class ChangesAsked(Asked):
    """From when on."""

    since: Annotated[
        str, Meta(max_length=400, description="Bundle, `cursor` of an earlier answer, or time; 7 days by default.")
    ] = ""
    prefix: Annotated[str, Meta(max_length=1000, description="Only specs whose path begins so.")] = ""


Doing = Literal["replace", "body", "insert-before", "insert-after", "delete", "rename", "create", "retire"]


class ChangeAsked(Asked):
    """A change of one spec, or of one section of it."""

    spec: Annotated[str, Meta(min_length=1, max_length=1000, description="Path.")]
    do: Doing = "replace"
    section: Annotated[str, Meta(max_length=500, description="Anchor; the whole text if empty.")] = ""
    text: Annotated[str, Meta(description="Markdown; for rename the new title.")] = ""
    base: Annotated[Digest, Meta(description="Revision you read; the head by default.")] = ""


class ProposalAsked(Asked):
    """What it is for, why, and the changes."""

    title: Annotated[str, Meta(min_length=1, max_length=200)]
    why: Annotated[str, Meta(max_length=10_000)]
    changes: Annotated[tuple[ChangeAsked, ...], Meta(min_length=1, max_length=50)]
    claim: Claim = ""


class IntentAsked(Asked):
    """What to do with a task."""

    action: Literal["claim", "renew", "finish", "fail", "release"]
    task: Annotated[str, Meta(max_length=100, description="To claim a task that is there; no intent either: next.")] = (
        ""
    )
    intent: Annotated[str, Meta(max_length=20_000, description="What you will do; at the end what came of it.")] = ""
    paths: Paths = ()
    symbols: Names = ()
    sections: Annotated[tuple[Path, ...], Meta(max_length=200, description="Such as `pay.md#refunds`.")] = ()
    claim: Claim = ""


class CheckAsked(Asked):
    """Where."""

    paths: Paths = ()


class RelatedAsked(Asked):
    """A section, or code."""

    about: Annotated[
        str,
        Meta(min_length=1, max_length=1000, description="`path.md#anchor`, a file of code, or `path/file.py#Name`."),
    ]
    limit: Annotated[int, Meta(ge=1, le=50)] = 10


SHORT = frozenset({"title", "maxLength", "maxItems"})


def schema(asked: type[Asked]) -> dict[str, Any]:
    """Give the JSON Schema of arguments, without references and without what a model has no use for."""
    _, parts = msgspec.json.schema_components([asked], ref_template="{name}")
    made: dict[str, Any] = _plain(parts[asked.__name__], parts)
    return made


def _plain(part: Any, parts: dict[str, Any], *, names: bool = False) -> Any:
    if isinstance(part, list):
        return [_plain(one, parts) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _plain(parts[part["$ref"]], parts)
    kept = {name: one for name, one in part.items() if names or (name not in SHORT and _says(name, one))}
    if not names and part.get("type") == "object":
        kept.pop("description", None)
    if "enum" in kept and not names:
        kept = {"type": "string", **kept}
    return {name: _plain(one, parts, names=name == "properties") for name, one in kept.items()}


def _says(name: str, one: Any) -> bool:
    """Say whether a keyword tells anything: an empty default, no required name and a least of 0 do not."""
    return bool(one) if name in {"default", "required", "minimum"} else True


def read(asked: type[Asked], arguments: Any) -> Asked:
    """Check arguments. Raises `msgspec.ValidationError` that says what is wrong and where."""
    return msgspec.convert(arguments, asked, strict=True)
