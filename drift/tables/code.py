"""Table of the code at each repository's head: the module of each path, its imports, what governs or goes with it."""

from sqlalchemy import ARRAY, Column, ForeignKey, Index, Integer, Table, Text, text

from specs.tables.base import METADATA, Id

# Replaced as a whole when the head is evaluated. `import_lines` says at which line each of `imports` is.
# The index with `text_pattern_ops` serves "all below this folder".
code_paths = Table(
    "code_paths",
    METADATA,
    Column("repository_id", Id, ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("module", Text, nullable=False),
    Column("imports", ARRAY(Text), nullable=False),
    Column("invariants", ARRAY(Text), nullable=False),
    Column("together", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("lines", Integer, nullable=False, server_default=text("0")),
    Column("import_lines", ARRAY(Integer), nullable=False, server_default=text("'{}'")),
    Index("ix_code_paths_prefix", "repository_id", "path", postgresql_ops={"path": "text_pattern_ops"}),
    Index("ix_code_paths_module", "repository_id", "module"),
)
