"""Who wrote each word of a spec: its lines in stretches, with actor, kind, and whether a person has said them."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Web, here, see
from app.web.views.authors import AuthorLine, AuthorsPage, Origin, Share, Words
from app.web.views.drift import Choice
from app.web.views.frame import Place
from specs.access import Scope
from specs.authorship.pieces import TOKEN, is_word
from specs.authorship.spans import inferred_spans
from specs.revision import Actor, ActorKind, Revision
from specs.service.revisions.authorship import Standing

READ = {"scope": Scope.READ}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose words are looked for: an actor's, a kind's, inferred or explicit ones; "" for any."""

    actor: str = ""
    kind: str = ""
    said: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        """Read the filter of an address; what it cannot mean is left out."""
        kind, said = query.get("kind", ""), query.get("said", "")
        return cls(
            query.get("actor", ""),
            kind if kind in set(ActorKind) else "",
            said if said in {"explicit", "inferred"} else "",
        )

    def takes(self, actor: Actor, *, inferred: bool) -> bool:
        """Say whether words of someone pass."""
        said = "inferred" if inferred else "explicit"
        return self.actor in {"", str(actor.id)} and self.kind in {"", actor.kind} and self.said in {"", said}


@get("/p/{project:str}/authors/{path:path}", opt=READ)
async def authors(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]
) -> Response[Any]:
    """Show who wrote each word of a spec, at its head or at any revision; a former path leads on."""
    at = await here(request, unit, project, "Authors", Place.SPECS)
    revision = request.query_params.get("revision") or None
    spec = (await unit.library.read(unit.principal, at.project.id, path.removeprefix("/"), revision)).spec
    if spec.path != path.removeprefix("/"):
        return see(addresses.authors(project, spec.path, revision or ""))
    standing = await unit.authorship.read(unit.principal, at.project.id, spec.id, revision)
    view = await asyncio.to_thread(page_of, standing, Wanted.of(request.query_params))
    return answers.page("authors.html", answers.titled(at.frame, f"Authors of {view.title}"), view)


def page_of(standing: Standing, wanted: Wanted) -> AuthorsPage:
    """Make the page of a spec's authors, with what passes a filter standing out."""
    inferred = inferred_spans(standing.statements)
    origins: dict[str, int] = {}
    revisions: list[Revision] = []
    count: Counter[tuple[Actor, bool]] = Counter()
    lines, before = [], ""
    for line in standing.lines:
        words = []
        for start, end, mark in line.stretches:
            origin = standing.revisions.get(mark.origin, standing.revision)
            if origin.digest not in origins:
                origins[origin.digest] = len(revisions)
                revisions.append(origin)
            text, unsaid = line.text[start:end], inferred.meet(line.start + start, line.start + end)
            count[origin.actor, unsaid] += sum(map(is_word, TOKEN.findall(text)))
            dim = not wanted.takes(origin.actor, inferred=unsaid)
            words.append(Words(text, origins[origin.digest], unsaid, dim))
        lead = origins.get(line.foremost) if line.foremost and line.foremost != before else None
        before = line.foremost or before
        lines.append(AuthorLine(line.number, tuple(words), lead))
    shares = _shares(count)
    places = {share.actor: place for place, share in enumerate(shares)}
    return AuthorsPage(
        path=standing.spec.path,
        title=standing.spec.title or standing.spec.path,
        revision=standing.revision,
        is_head=standing.revision.digest == standing.spec.head,
        lines=tuple(lines),
        origins=tuple(Origin(one, places[one.actor]) for one in revisions),
        authors=shares,
        words=sum(count.values()),
        shown=sum(many for (actor, unsaid), many in count.items() if wanted.takes(actor, inferred=unsaid)),
        actors=tuple(Choice(str(share.actor.id), share.actor.name) for share in shares),
        actor=wanted.actor,
        kind=wanted.kind,
        said=wanted.said,
    )


def _shares(count: Mapping[tuple[Actor, bool], int]) -> tuple[Share, ...]:
    """Give each author's share, the largest first."""
    total: Counter[Actor] = Counter()
    for (actor, _), many in count.items():
        total[actor] += many
    found = [Share(actor, many, count.get((actor, True), 0)) for actor, many in total.items()]
    return tuple(sorted(found, key=lambda one: (-one.words, one.actor.name)))


ROUTES = (authors,)
