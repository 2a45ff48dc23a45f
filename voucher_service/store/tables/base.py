"""What all tables share: one metadata, named constraints, the usual columns."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry

from voucher_service.store.types import Instant, Key


class Base(DeclarativeBase):
    """The parent of every table. Constraint names are fixed so that migrations can name them."""

    # On the registry and not on the class: Flask-SQLAlchemy copies the class.
    registry = registry(
        type_annotation_map={int: Key},  # cents of a national scheme outgrow 32 bits
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_label)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
    )


PrimaryKey = Annotated[int, mapped_column(Key, primary_key=True, autoincrement=True)]
Moment = Annotated[datetime, mapped_column(Instant)]
