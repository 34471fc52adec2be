from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from pipeline.records.database import Database
from pipeline.records.tables import Table


def test_tables_are_what_the_migrations_make(database: Database) -> None:
    def ours(item: object, name: str | None, kind: str, reflected: bool, compared: object) -> bool:
        return kind != "table" or name in Table.metadata.tables

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        found = compare_metadata(context, Table.metadata)
    assert found == []


def test_down_to_nothing_and_up_again(database: Database) -> None:
    database.downgrade("base")
    assert not set(inspect(database.engine).get_table_names()) & {*Table.metadata.tables, "search_index"}
    database.upgrade()
    assert set(Table.metadata.tables) <= set(inspect(database.engine).get_table_names())
