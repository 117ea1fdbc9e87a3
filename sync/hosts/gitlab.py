"""GitLab's REST API, as far as Holdfast needs it: commit statuses, one note, merge requests.

Sources: docs.gitlab.com/api, "Commits", "Notes", "Merge requests". A status that is set twice is refused there as a
transition that cannot be: what stands already is read, and is no failure.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from specs.errors import HoldfastError
from sync.hosts.github import shortened
from sync.hosts.values import Place, Pull, PullDraft, Request, Said, Send, State, Status

MOST_DESCRIPTION = 255
MOST_BODY = 1_000_000
PAGE, MOST_PAGES = 100, 30
STATES: Mapping[State, str] = {
    State.PENDING: "pending",
    State.SUCCESS: "success",
    State.FAILURE: "failed",
    State.ERROR: "failed",
}
PULLS = {"opened": "open", "locked": "open", "merged": "merged", "closed": "closed"}


class GitLab:
    """A project on GitLab."""

    def __init__(self, place: Place, token: str, send: Send) -> None:
        self._api, self._project = place.api, f"{place.api}/projects/{quote(place.name, safe='')}"
        self._token, self._send = token, send

    def _ask(self, method: str, url: str, what: str, body: Mapping[str, object] | None = None) -> Any:
        headers = {"accept": "application/json", "private-token": self._token}
        return self._send(Request(method, url, what, headers, body))

    def set_status(self, commit: str, status: Status) -> None:
        """Say how a commit stands."""
        state = STATES[status.state]
        body = {
            "state": state,
            "name": status.context,
            "description": shortened(status.description, MOST_DESCRIPTION),
            **({"target_url": status.url} if status.url else {}),
        }
        what = "set the status of the commit"
        try:
            self._ask("POST", f"{self._project}/statuses/{quote(commit, safe='')}", what, body)
        except HoldfastError:
            if not self._stands(commit, status.context, state):
                raise

    def _stands(self, commit: str, name: str, state: str) -> bool:
        """Say whether a commit has this status already."""
        query = urlencode({"name": name, "per_page": PAGE})
        place = f"{self._project}/repository/commits/{quote(commit, safe='')}/statuses?{query}"
        found = self._ask("GET", place, "read the statuses of the commit")
        return bool(found) and all(one.get("status") == state for one in found if one.get("name") == name)

    def comment(self, pull: int, marker: str, body: str, *, begin: bool = True) -> Said:
        """Keep one note up to date: one by the token's own user that begins with the marker."""
        text = shortened(body, MOST_BODY)
        notes = f"{self._project}/merge_requests/{pull}/notes"
        marked = [one for one in self._notes(notes) if str(one.get("body") or "").startswith(marker)]
        me = self._ask("GET", f"{self._api}/user", "read whose token this is").get("id") if marked else None
        for found in marked:
            if me is None or (found.get("author") or {}).get("id") != me:
                continue
            if found["body"] == text:
                return Said.UNCHANGED
            self._ask("PUT", f"{notes}/{int(found['id'])}", "change the note", {"body": text})
            return Said.UPDATED
        if not begin:
            return Said.QUIET
        self._ask("POST", notes, "write a note", {"body": text})
        return Said.BEGUN

    def _notes(self, notes: str) -> Iterator[Mapping[str, Any]]:
        for page in range(1, MOST_PAGES + 1):
            query = urlencode({"sort": "asc", "order_by": "created_at", "per_page": PAGE, "page": page})
            found = self._ask("GET", f"{notes}?{query}", "read the notes")
            yield from found
            if len(found) < PAGE:
                return

    def open_or_update_pull(self, draft: PullDraft) -> Pull:
        """Open a merge request, or bring the open one between these branches up to date."""
        query = urlencode({"state": "opened", "source_branch": draft.source, "target_branch": draft.target})
        text = {"title": draft.title, "description": shortened(draft.body, MOST_BODY)}
        requests = f"{self._project}/merge_requests"
        for found in self._ask("GET", f"{requests}?{query}", "look for a merge request"):
            if found["title"] == text["title"] and (found.get("description") or "") == text["description"]:
                return pull_of(found)
            return pull_of(self._ask("PUT", f"{requests}/{int(found['iid'])}", "change the merge request", text))
        body = {**text, "source_branch": draft.source, "target_branch": draft.target}
        return pull_of(self._ask("POST", requests, "open a merge request", body))

    def pull(self, number: int) -> Pull:
        """Look at a merge request."""
        return pull_of(self._ask("GET", f"{self._project}/merge_requests/{number}", "read the merge request"))


def pull_of(found: Mapping[str, Any]) -> Pull:
    """Read a merge request as GitLab writes it."""
    state = str(found["state"])
    return Pull(int(found["iid"]), str(found["web_url"]), PULLS.get(state, state), str(found.get("sha") or ""))
