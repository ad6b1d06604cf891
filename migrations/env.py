"""How Alembic runs the revisions: on the connection that it was given, in its transaction."""

from alembic import context

from adapters.sql.all_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
)
with context.begin_transaction():
    context.run_migrations()
