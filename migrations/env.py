"""How Alembic runs the revisions: on the connection that it was given.

In its transaction, where it has begun one; else each revision has one of its own, which may
leave it for what a server cannot do in any.
"""

from alembic import context

from adapters.sql.all_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
