"""By what texts are found. Texts that are there already get their terms when somebody searches.

Written once and frozen: a later change is a later step. There is no way back but a backup.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

SQL = """
create table text_terms (
    digest text not null,
    terms tsvector not null,
    constraint pk_text_terms primary key (digest),
    constraint fk_text_terms_digest foreign key (digest) references texts (digest)
);
create index ix_text_terms_terms on text_terms using gin (terms);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(SQL)
