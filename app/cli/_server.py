"""The server as a checkout sees it, over HTTP: listings by digest, texts as runs of lines, many changes at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast, get_args
from urllib.parse import urlencode

from app.cli._remote import Remote
from app.client import SLOW_SECONDS, Answer
from specs.errors import MissingError, UnavailableError, UserError
from specs.library import MAX_TEXT_BYTES
from specs.lineruns import join, runs
from specs.manifest import Entry, manifest_digest
from specs.revision import text_digest
from sync.checkout.exchange import Change, Listing, Outcome, Result, Text, Want
from sync.checkout.values import Operation, Sent, Version, Wait

TRIES = 4
MOST_TEXTS = 500
NOT_MODIFIED = 304
FOREIGN = "Is this a Holdfast server, of this version?"


class RemoteServer:
    """One project of a server; paths are those below `prefix` ("" or ending in a slash)."""

    def __init__(self, remote: Remote, prefix: str = "") -> None:
        self._remote = remote
        self._prefix = prefix
        self.told: dict[tuple[str, str], Text] = {}

    def listing(self, known: Sequence[Entry], cursor: str | None) -> Listing | None:
        """Ask what is there; see `sync.checkout.exchange.Server`."""
        entries = {one.id: Entry(one.id, self._prefix + one.path, one.head, one.text) for one in known}
        tag = f'"{manifest_digest(entries.values())}"'
        since = cursor if entries else None
        for _ in range(TRIES):
            if since is None:
                entries = {}
            page = self._page(since, None, tag)
            if page is None:
                return None
            first = page
            _apply(entries, page)
            while page.get("after"):
                page = self._page(since, page["after"], "") or {}
                _apply(entries, page)
            if manifest_digest(entries.values()) == page.get("digest"):
                return Listing({ident: self._version(one) for ident, one in entries.items()}, first.get("cursor"))
            # What was missed is asked for again; where that is not enough, everything.
            since, tag = (None if since is not None else first.get("cursor")), ""
        raise UnavailableError("The specs change faster than they can be listed.", "Try again in a moment.")

    def _page(self, since: str | None, after: str | None, tag: str) -> dict[str, Any] | None:
        query = {"prefix": self._prefix, "since": since, "after": after}
        headers = {"if-none-match": tag} if tag else {}
        words = urlencode({name: value for name, value in query.items() if value})
        answer = self._remote.ask("GET", f"/manifest?{words}" if words else "/manifest", headers=headers)
        return None if answer.status == NOT_MODIFIED else _object(answer)

    def _version(self, entry: Entry) -> Version:
        return Version(entry.path.removeprefix(self._prefix), entry.head, entry.text)

    def texts(self, wanted: Sequence[Want]) -> dict[tuple[str, str], Text]:
        """Ask for texts; see `sync.checkout.exchange.Server`."""
        left = {(one.id, one.head): one for one in wanted}
        found: dict[tuple[str, str], Text] = {}
        while left:
            batch = list(left.values())[:MOST_TEXTS]
            asked = [{"spec": one.id, "revision": one.head} | ({"have": one.have} if one.have else {}) for one in batch]
            answer = _object(self._remote.ask("POST", "/texts", {"texts": asked}, seconds=SLOW_SECONDS))
            rest = {(row["spec"], row["revision"]) for row in answer.get("left", ())}
            for row in answer["texts"]:
                want = left[row["spec"], row["revision"]]
                text = _joined(row, want.have_text)
                if text is None and want.have:  # what is here is not what the server takes it for
                    left[want.id, want.head] = Want(want.id, want.head)
                    rest.add((want.id, want.head))
                elif text is not None:
                    actor = row["actor"]
                    found[want.id, want.head] = Text(
                        text, actor["name"], actor["kind"], row["at"], row.get("message", "")
                    )
            for one in batch:
                if (one.id, one.head) not in rest:
                    left.pop((one.id, one.head), None)
        self.told |= found
        return found

    def send(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Ask for changes; see `sync.checkout.exchange.Server`."""
        body = {"changes": [self._written(one) for one in changes]}
        answer = _object(self._remote.ask("POST", "/changes", body, seconds=SLOW_SECONDS))
        rows = answer["results"]
        if len(rows) != len(changes):
            raise UnavailableError("The server answered to other changes than were sent.", FOREIGN)
        return [self._outcome(change, row) for change, row in zip(changes, rows, strict=True)]

    def _written(self, change: Change) -> dict[str, Any]:
        row: dict[str, Any] = {"operation": change.operation.value, "key": change.key}
        if change.message and change.operation in {Operation.CREATE, Operation.SAVE}:
            row["message"] = change.message
        if change.id:
            row["spec"] = change.id
        if change.operation in {Operation.CREATE, Operation.RENAME}:
            row["path"] = self._prefix + change.path
        if change.operation is Operation.CREATE:
            row["text"] = change.text
        if change.operation is Operation.SAVE:
            row["base"] = change.base
            shorter = runs(change.base_text, change.text) if change.base_text else None
            row |= {"text": change.text} if shorter is None else {"runs": shorter, "digest": text_digest(change.text)}
            if change.takes_in:
                row["takes_in"] = change.takes_in
        return row

    def _outcome(self, change: Change, row: Mapping[str, Any]) -> Outcome:
        state = row["state"]
        if state not in get_args(Result):
            raise UnavailableError(f"The server answered {state!r}.", FOREIGN)
        merged = _joined({"text_digest": row.get("text_digest"), **row}, change.text) if state == "merged" else ""
        if merged is None:
            raise UnavailableError("The merged text did not come whole.", "Run it again: nothing is done twice.")
        return Outcome(
            cast("Result", state),
            row.get("spec") or change.id,
            row.get("path", "").removeprefix(self._prefix),
            row.get("head", ""),
            row.get("text_digest", ""),
            merged,
            row.get("conflict") or row.get("proposal") or "",
            row.get("side", ""),
            row.get("detail", ""),
            row.get("hint", ""),
        )

    def revise(self, sent: Sent, change: Change) -> Outcome:
        """Give a proposal another text; see `sync.checkout.exchange.Server`."""
        place = f"/proposals/{self._remote.quoted(sent.ident)}"
        answer = self._remote.get(place)
        row: dict[str, Any] = {"operation": "create", "path": self._prefix + change.path, "text": change.text}
        if change.operation is not Operation.CREATE:
            row = {"spec": change.id}
            if change.operation is Operation.RENAME:
                row["path"] = self._prefix + change.path
            else:
                row |= {"base": change.base, "text": change.text}
        body = {"title": answer.json()["title"], "changes": [row]}
        try:
            self._remote.ask("PUT", place, body, headers={"if-match": answer.headers.get("etag", "")})
        except (UserError, MissingError) as error:
            return Outcome("refused", change.id, detail=error.message, hint=error.hint)
        return Outcome("waits", change.id, ident=sent.ident, detail=sent.detail, hint=sent.hint)

    def fate(self, sent: Sent) -> Wait:
        """Ask how something stands; see `sync.checkout.exchange.Server`."""
        kind = "conflicts" if sent.wait is Wait.CONFLICT else "proposals"
        try:
            found = _object(self._remote.get(f"/{kind}/{self._remote.quoted(sent.ident)}"))
        except MissingError:
            return Wait.DECLINED
        state = found["conflict"]["state"] if kind == "conflicts" else found["state"]
        if state in {"open", "conflicted"}:
            return sent.wait
        return Wait.ACCEPTED if state in {"resolved", "accepted"} else Wait.DECLINED


def _object(answer: Answer) -> dict[str, Any]:
    found = answer.json()
    if not isinstance(found, dict):
        raise UnavailableError("The answer is no object.", FOREIGN)
    return found


def _apply(entries: dict[str, Entry], page: Mapping[str, Any]) -> None:
    rows: Iterable[Mapping[str, str]] = page.get("entries", ())
    for row in rows:
        entries[row["id"]] = Entry(row["id"], row["path"], row["head"], row["text"])
    for ident in page.get("gone", ()):
        entries.pop(ident, None)


def _joined(row: Mapping[str, Any], base: str) -> str | None:
    """Give the text of an answer, whole or put together; None where it is not what the digest names."""
    text = row.get("text")
    if text is None:
        given = [run if isinstance(run, str) else (int(run[0]), int(run[1])) for run in row.get("runs", ())]
        try:
            text = join(base, given, MAX_TEXT_BYTES)
        except UserError:
            return None
    return text if text_digest(text) == row["text_digest"] else None
