"""Column types that mean the same on SQLite and PostgreSQL.

An :class:`Instant` is an aware moment: ``timestamptz`` on PostgreSQL, fixed-width UTC text on
SQLite so that text order is time order. This module never compares or changes a value.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


def instant_text(moment: datetime) -> str:
    """An instant as SQLite stores it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Instant(TypeDecorator[datetime]):
    """A moment with its time zone; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime] | TypeEngine[str]:
        """``timestamptz``, or text on SQLite."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Towards the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant carries its time zone")
        return instant_text(value) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: datetime | str | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy gives it by this name
    ) -> datetime | None:
        """From the database, always in UTC."""
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC) if value is not None else None


#: A whole-number key: 64 bits, and still the row id on SQLite.
Key = BigInteger().with_variant(Integer, "sqlite")
Bytes = LargeBinary
Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class paris_day(FunctionElement[str]):  # noqa: N801 - used as a function of SQL
    """The day of an instant in Paris, as text ``YYYY-MM-DD``, computed by the database."""

    type = String()
    inherit_cache = True


@compiles(paris_day, "postgresql")
def _on_postgresql(element: paris_day, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    instant = compiler.process(element.clauses, **options)
    return f"to_char({instant} AT TIME ZONE 'Europe/Paris', 'YYYY-MM-DD')"


@compiles(paris_day, "sqlite")
def _on_sqlite(element: paris_day, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"paris_day({compiler.process(element.clauses, **options)})"  # see store.engine
