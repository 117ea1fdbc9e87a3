"""What every read and every save asks of the library, as statements that are made once. Runs nothing."""

from sqlalchemy import ARRAY, Text, any_, bindparam, func, or_, select

from specs.tables.library import former_paths, revisions, specs, texts
from specs.tables.people import actors

REVISION = select(
    *(column for column in revisions.c if column.name not in {"title", "task_id"}),
    actors.c.name.label("actor_name"),
    actors.c.kind.label("actor_kind"),
).join(actors, actors.c.id == revisions.c.actor_id)

SPEC_COLUMNS = tuple(column.label(f"spec__{column.name}") for column in specs.c)
# One question for a spec with a revision of it and its text; the head where none is named.
_SHOWN = (
    select(*REVISION.selected_columns, texts.c.body, *SPEC_COLUMNS)
    .select_from(specs)
    .outerjoin(
        revisions,
        (revisions.c.spec_id == specs.c.id)
        & (revisions.c.digest == func.coalesce(bindparam("digest", type_=Text), specs.c.head)),
    )
    .outerjoin(actors, actors.c.id == revisions.c.actor_id)
    .outerjoin(texts, texts.c.digest == revisions.c.text_digest)
    .where(specs.c.project_id == bindparam("project"))
)
SHOWN_BY_ID = _SHOWN.where(specs.c.id == bindparam("spec"))
SHOWN_AT_PATH = _SHOWN.where(specs.c.path_key == bindparam("path"))
SHOWN_FORMERLY_AT = _SHOWN.join(former_paths, former_paths.c.spec_id == specs.c.id).where(
    former_paths.c.path_key == bindparam("path")
)

_LATER = revisions.alias("later")
KNOWN = (
    REVISION.add_columns(
        texts.c.body,
        or_(
            ~revisions.c.side,
            select(_LATER.c.digest)
            .where(_LATER.c.spec_id == bindparam("spec"), ~_LATER.c.side, revisions.c.digest == any_(_LATER.c.parents))
            .exists(),
        ).label("behind_head"),
    )
    .join(texts, texts.c.digest == revisions.c.text_digest)
    .where(revisions.c.project_id == bindparam("project"), revisions.c.spec_id == bindparam("spec"))
    .where(revisions.c.digest == any_(bindparam("digests", type_=ARRAY(Text))))
)

SENT_BEFORE = (
    select(revisions.c.digest)
    .where(revisions.c.project_id == bindparam("project"), revisions.c.spec_id == bindparam("spec"))
    .where(revisions.c.text_digest == bindparam("text"), revisions.c.actor_id == bindparam("actor"))
    .where(revisions.c.parents == bindparam("parents"), revisions.c.origin == bindparam("origin"))
    .order_by(revisions.c.seq.desc())
    .limit(1)
)
BY_ID = select(specs).where(specs.c.project_id == bindparam("project"), specs.c.id == bindparam("spec"))
LOCKED = BY_ID.with_for_update(of=specs)
