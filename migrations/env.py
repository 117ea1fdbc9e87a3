"""What alembic runs first: it migrates on the connection that `app.db.schema` hands over, one transaction a step."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
