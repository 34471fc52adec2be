"""Runs the migrations over the connection that ``Database`` hands in."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy.types import TypeDecorator

from pipeline.records.tables import Table


def _plain(kind: str, item: Any, autogen: object) -> str | Literal[False]:
    """Writes our own column types as what they are in the database: a migration outlives the code."""
    del autogen
    if kind == "type" and isinstance(item, TypeDecorator):
        return "sa.DateTime(timezone=True)" if isinstance(item.impl_instance, sa.DateTime) else "sa.Text()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    # SQLite cannot change a column in place: the table is copied.
    render_as_batch=True,
    compare_type=True,
    render_item=_plain,
    include_name=lambda name, kind, _: kind != "table" or name in Table.metadata.tables,
)
with context.begin_transaction():
    context.run_migrations()
