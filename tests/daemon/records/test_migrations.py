from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from daemon.records import Record, migrations
from daemon.records.database import Database


def test_the_migrated_schema_is_the_one_of_the_models(database: Database) -> None:
    """Nobody can change a model and forget the migration."""
    with database._writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Record.metadata) == []


def test_all_steps_down_and_up_again(empty_database_url: str) -> None:
    """Every migration can be undone: down to nothing, and up to the same tables as before."""
    database = Database.open(empty_database_url)
    database.upgrade()
    with database._writer.connect() as connection, connection.begin():
        tables = set(inspect(connection).get_table_names())
        migrations.downgrade(connection)
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
        assert migrations.current(connection) is None
        migrations.upgrade(connection)
        assert set(inspect(connection).get_table_names()) == tables
    database.check()
    database.close()


def test_a_step_down_keeps_no_index_or_constraint_of_its_tables(empty_database_url: str) -> None:
    """A second upgrade after a downgrade meets no leftover names."""
    database = Database.open(empty_database_url)
    for _ in range(2):
        database.upgrade()
        with database._writer.connect() as connection, connection.begin():
            migrations.downgrade(connection)
    database.upgrade()
    database.check()
    database.close()
