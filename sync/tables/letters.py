"""Tables of weekly letters, of their mails, of when projects want them and of who does."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from specs.tables.base import METADATA, Id, Time

EMPTY = text("''")

# The weekly letters as they were written, so that what was sent can always be shown again: the one of the project and,
# with `owner`, those of owners of specs. `model` is what every other form is made of; early letters have none.
letters = Table(
    "letters",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
    Column("begins", Date, nullable=False),
    Column("owner", Text, nullable=False, server_default=EMPTY),
    Column("subject", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("trend", JSONB, nullable=False),
    Column("markdown", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("model", JSONB),
    Column("at", Time, nullable=False),
    Index("uq_letters_project_id_begins_owner", "project_id", "begins", "owner", unique=True),
)

# When a project wants its letters; a project without a row wants them as by default. `since` is when it was set.
letter_schedules = Table(
    "letter_schedules",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("weekday", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("zone", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("since", Time, nullable=False),
    CheckConstraint("weekday between 0 and 6 and hour between 0 and 23", name="time"),
)

# Which letters a person wants of a project, where they said so.
letter_wishes = Table(
    "letter_wishes",
    METADATA,
    Column("project_id", Id, ForeignKey("projects.id"), primary_key=True),
    Column("actor_id", Id, ForeignKey("actors.id"), primary_key=True),
    Column("wish", Text, nullable=False),
    CheckConstraint("wish in ('project', 'own', 'none')", name="wish"),
)

# One mail to one reader. `sending` is written before the mail server is spoken to and never sent again by itself:
# whoever died in between may or may not have been heard, and two letters are worse than a question.
letter_mails = Table(
    "letter_mails",
    METADATA,
    Column("letter_id", Id, ForeignKey("letters.id"), primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'pending'")),
    Column("problem", Text, nullable=False, server_default=EMPTY),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("at", Time, nullable=False),
    CheckConstraint("state in ('pending', 'sending', 'sent', 'failed')", name="state"),
)
