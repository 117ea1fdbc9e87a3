"""Mending a proposal that no longer fits on its page: what is asked of its author, and reading the answers. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from app.web.shaping.passages import region_view
from app.web.views.proposals import MendView
from specs.conflicts import OWN
from specs.proposals.mending import Answer, Broken, Way

CHOICE, WORDS, WAY, WHOLE, PATH = "choice-", "own-", "way-", "whole-", "path-"


def mend_view(one: Broken, given: Mapping[str, str]) -> MendView:
    """Show a part that no longer fits; after a refusal with what the form held, since nobody types a thing twice."""
    spec = str(one.part.spec)
    regions = []
    for number, region in enumerate(one.regions, 1):
        view = region_view(number, region)
        key = f"{spec}.{region.key}"
        regions.append(replace(view, key=key, take=given.get(CHOICE + key, ""), own=given.get(WORDS + key, view.own)))
    standing = {view.key for view in regions}
    typed = (name.removeprefix(CHOICE) for name, take in sorted(given.items()) if take == OWN)
    earlier = [given.get(WORDS + key, "") for key in typed if key.startswith(f"{spec}.") and key not in standing]
    return MendView(
        spec=spec,
        path=one.now.spec.path if one.now is not None else one.part.path,
        message=one.message,
        ways=tuple(way.value for way in one.ways),
        way=given.get(WAY + spec, one.ways[0].value if one.regions else ""),
        regions=tuple(regions),
        text=given.get(WHOLE + spec, one.part.after),
        to_path=given.get(PATH + spec, one.part.to_path),
        earlier=tuple(earlier),
    )


def answers_of(given: Mapping[str, str], specs: Iterable[UUID]) -> dict[UUID, Answer]:
    """Read the answers for some specs out of the form; what is not answered is not there."""
    found = {}
    for spec in specs:
        way = given.get(f"{WAY}{spec}", "")
        if way not in set(Way):
            continue
        begins = f"{CHOICE}{spec}."
        choices = {
            name.removeprefix(begins): (take, given.get(f"{WORDS}{spec}.{name.removeprefix(begins)}", ""))
            for name, take in given.items()
            if name.startswith(begins) and take
        }
        chosen = {key: (take, text if take == OWN else None) for key, (take, text) in choices.items()}
        found[spec] = Answer(Way(way), chosen, given.get(f"{WHOLE}{spec}", ""), given.get(f"{PATH}{spec}", ""))
    return found
