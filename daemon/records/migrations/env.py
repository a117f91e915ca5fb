"""Alembic's entry: migrates over the connection it is given, in that connection's transaction."""

from alembic import context

from daemon.records import Record

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Record.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
