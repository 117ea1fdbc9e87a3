"""How conflicts are written for a person in a terminal, and how choices for their regions are named."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from app.wording import clean, counted
from specs.errors import UserError

OWN = "own"
SIDES = (("base", "before"), ("ours", "the head"), ("theirs", "waiting"))
COLOURS: Mapping[str, str] = {"base": "bright_black", "ours": "cyan", "theirs": "yellow"}


def line(conflict: Mapping[str, Any]) -> str:
    """Write a conflict in one line."""
    decided = f"{conflict.get('decided', 0)} of {counted(conflict['regions'], 'region')} decided"
    who, since = clean(conflict["opened_by"]["name"]), conflict["opened_at"][:10]
    return f"{conflict['id']}  {conflict['state']:<9}  {clean(conflict['path'])}  {decided}, by {who} on {since}"


def page(standing: Mapping[str, Any]) -> Iterator[str]:
    """Write a conflict whole: each region with its three sides, what is offered for it, and what was chosen."""
    yield line(standing["conflict"])
    for number, region in enumerate(standing["regions"], start=1):
        anchor = f" in {clean(region['anchor'])}" if region.get("anchor") else ""
        yield ""
        yield click.style(f"{number}. line {region['line']}{anchor} ({region['reason']})  {region['key']}", bold=True)
        if region.get("note"):
            yield f"   Both together would be wrong. {clean(region['note'])}"
        for side, said in SIDES:
            names = ", ".join(dict.fromkeys(clean(one["name"]) for one in region.get(f"{side}_by", ())))
            yield f"   {side} ({said}{f', {names}' if names else ''}):"
            yield from (click.style(f"     {clean(row)}", fg=COLOURS[side]) for row in _rows(region[side]))
        for offer in region.get("suggestions", ()):
            if offer["name"] not in {"ours", "theirs"}:
                yield f"   {offer['name']} (offered):"
                yield from (click.style(f"     {clean(row)}", fg="green") for row in _rows(offer["text"]))
        if region.get("choice"):
            yield f"   chosen: {region['choice']['take']}, by {clean(region['choice']['actor']['name'])}"


def picks(regions: Sequence[Mapping[str, Any]], taken: Sequence[str], own: Mapping[str, str]) -> list[dict[str, Any]]:
    """Make the choices that were named: `NAME` for all regions without another, `REGION=NAME`, and own texts by region.

    Raises `UserError` for a region that is not there.
    """
    chosen: dict[str, dict[str, Any]] = {}
    for entry in (one for one in taken if "=" not in one):
        chosen |= {region["key"]: {"take": entry} for region in regions}
    for entry in (one for one in taken if "=" in one):
        region, _, take = entry.partition("=")
        chosen[_key(regions, region)] = {"take": take}
    for region, text in own.items():
        chosen[_key(regions, region)] = {"take": OWN, "text": text}
    return [{"region": key, **choice} for key, choice in chosen.items()]


def _key(regions: Sequence[Mapping[str, Any]], named: str) -> str:
    """Find a region by its number or its key."""
    if named.isdecimal() and 1 <= int(named) <= len(regions):
        return str(regions[int(named) - 1]["key"])
    for region in regions:
        if region["key"] == named:
            return named
    raise UserError(
        f"There is no region {clean(named)}.", "`holdfast conflicts show` lists them: name one by number or key."
    )


def _rows(text: str) -> list[str]:
    return text.splitlines() or ["(nothing)"]
