"""What the database says of a project, written so that two in which the same was done are alike."""

import json
import re
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.db.database import Database

# What tells of a project in the order it came to be; times, numbers and names apart.
TOLD = {
    "specs": "select * from specs where project_id = :project order by path_key",
    "revisions": "select r.*, s.path from revisions r join specs s on s.id = r.spec_id "
    "where r.project_id = :project order by r.seq",
    "authorships": "select s.path, encode(a.runs, 'hex') runs, encode(a.open, 'hex') open, a.full, a.doubts from "
    "authorships a join revisions r on r.spec_id = a.spec_id and r.digest = a.revision "
    "join specs s on s.id = r.spec_id where r.project_id = :project order by r.seq",
    "terms": "select distinct w.* from text_terms w join revisions r on r.text_digest = w.digest "
    "where r.project_id = :project order by 1",
    "audit": "select actor_id, actor_kind, action, subject, details, policy, task_id, on_behalf_of from audit "
    "where chain = :project and action ~ '^(spec|proposal|actor)[.]' order by n",
    "decisions": "select event, actor_id, decision, policies, paths from decisions "
    "where project_id = :project order by n",
    "proposals": "select title, state, author_id from proposals where project_id = :project order by seq",
}
NAME = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[0-9a-f]{64}")


async def told_of(database: Database, project: UUID, more: dict[str, str] | None = None) -> dict[str, list[str]]:
    """Give what the database says of a project, its own names apart; `more` are further questions."""
    found: dict[str, list[str]] = {}
    async with database.read() as connection:
        texts = {row[0] for row in await connection.execute(text("select digest from texts"))}
        for name, query in {**TOLD, **(more or {})}.items():
            rows = (await connection.execute(text(query), {"project": project})).mappings()
            found[name] = [plain({**row}, texts) for row in rows]
    return found


def plain(row: dict[str, Any], texts: set[str]) -> str:
    """Write a row without what is another thing in each project."""
    for name in ("seq", "at", "created_at", "updated_at", "digest" if "parents" in row else ""):
        row.pop(name, None)
    if "runs" in row:  # how it is written depends on the names in it
        row["runs"], row["open"] = len(row["runs"]) > 0, len(row["open"]) > 0
    written = json.dumps(row, default=str, sort_keys=True)
    names = {found: "name" for found in NAME.findall(written) if found not in texts}
    return re.sub("|".join(map(re.escape, names)) or "$^", "name", written)
