"""GitHub's REST API, as far as Holdfast needs it: commit statuses, one comment, pull requests.

Sources: docs.github.com/rest, "Commit statuses", "Issue comments", "Pull requests"; API version 2022-11-28.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from specs.errors import HoldfastError
from sync.hosts.values import Place, Pull, PullDraft, Request, Said, Send, Status

VERSION = "2022-11-28"
MOST_DESCRIPTION = 140
MOST_BODY = 65_536
PAGE, MOST_PAGES = 100, 30


class GitHub:
    """A repository on GitHub, or on a server that speaks its API."""

    def __init__(self, place: Place, token: str, send: Send) -> None:
        name = "/".join(quote(part, safe="") for part in place.name.split("/"))
        self._api, self._repo = place.api, f"{place.api}/repos/{name}"
        self._owner = place.name.partition("/")[0]
        self._token, self._send = token, send

    def _ask(self, method: str, url: str, what: str, body: Mapping[str, object] | None = None) -> Any:
        headers = {
            "accept": "application/vnd.github+json",
            "x-github-api-version": VERSION,
            "authorization": f"Bearer {self._token}",
        }
        return self._send(Request(method, url, what, headers, body))

    def set_status(self, commit: str, status: Status) -> None:
        """Say how a commit stands."""
        body = {
            "state": status.state.value,
            "context": status.context,
            "description": shortened(status.description, MOST_DESCRIPTION),
            **({"target_url": status.url} if status.url else {}),
        }
        self._ask("POST", f"{self._repo}/statuses/{quote(commit, safe='')}", "set the status of the commit", body)

    def comment(self, pull: int, marker: str, body: str, *, begin: bool = True) -> Said:
        """Keep one comment up to date: one by an app or by the token's own user that begins with the marker."""
        text = shortened(body, MOST_BODY)
        for found in self._comments(pull):
            if not str(found.get("body") or "").startswith(marker) or not self._ours(found):
                continue
            if found["body"] == text:
                return Said.UNCHANGED
            place = f"{self._repo}/issues/comments/{int(found['id'])}"
            self._ask("PATCH", place, "change the comment", {"body": text})
            return Said.UPDATED
        if not begin:
            return Said.QUIET
        self._ask("POST", f"{self._repo}/issues/{pull}/comments", "write a comment", {"body": text})
        return Said.BEGUN

    def _comments(self, pull: int) -> Iterator[Mapping[str, Any]]:
        for page in range(1, MOST_PAGES + 1):
            query = urlencode({"per_page": PAGE, "page": page})
            found = self._ask("GET", f"{self._repo}/issues/{pull}/comments?{query}", "read the comments")
            yield from found
            if len(found) < PAGE:
                return

    def _ours(self, comment: Mapping[str, Any]) -> bool:
        """Say whether we wrote a comment: the tokens of workflows and apps have no user to ask for."""
        author = comment.get("user") or {}
        if author.get("type") == "Bot":
            return True
        try:
            me = self._ask("GET", f"{self._api}/user", "read whose token this is")
        except HoldfastError:
            return False
        return bool(author.get("id")) and author.get("id") == me.get("id")

    def open_or_update_pull(self, draft: PullDraft) -> Pull:
        """Open a pull request, or bring the open one between these branches up to date."""
        query = urlencode({"state": "open", "head": f"{self._owner}:{draft.source}", "base": draft.target})
        text = {"title": draft.title, "body": shortened(draft.body, MOST_BODY)}
        for found in self._ask("GET", f"{self._repo}/pulls?{query}", "look for a pull request"):
            if found["title"] == text["title"] and (found.get("body") or "") == text["body"]:
                return pull_of(found)
            place = f"{self._repo}/pulls/{int(found['number'])}"
            return pull_of(self._ask("PATCH", place, "change the pull request", text))
        body = {**text, "head": draft.source, "base": draft.target}
        return pull_of(self._ask("POST", f"{self._repo}/pulls", "open a pull request", body))

    def pull(self, number: int) -> Pull:
        """Look at a pull request."""
        return pull_of(self._ask("GET", f"{self._repo}/pulls/{number}", "read the pull request"))


def pull_of(found: Mapping[str, Any]) -> Pull:
    """Read a pull request as GitHub writes it."""
    merged = bool(found.get("merged") or found.get("merged_at"))
    head = str((found.get("head") or {}).get("sha") or "")
    return Pull(int(found["number"]), str(found["html_url"]), "merged" if merged else str(found["state"]), head)


def shortened(text: str, most: int) -> str:
    """Cut a text to so many characters, and show that it was cut."""
    return text if len(text) <= most else text[: most - 1] + "…"
