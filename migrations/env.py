"""How Alembic runs the revisions: on the connection that it was given, in its transaction."""

from alembic import context

from adapters.sql.happenings_table import happenings

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=happenings.metadata,
)
with context.begin_transaction():
    context.run_migrations()
