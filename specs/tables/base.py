"""The one MetaData of the house and the column types all tables use. Knows no table."""

from sqlalchemy import DateTime, MetaData
from sqlalchemy.dialects.postgresql import UUID

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = UUID(as_uuid=True)
Time = DateTime(timezone=True)
