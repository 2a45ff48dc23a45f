"""Who did what at which desk. Inserted with the act itself, never changed: a trigger refuses it."""

from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey


class DeskAct(Base):
    """A person did something at a desk. Never what was typed: no secret, no name, nobody helped."""

    __tablename__ = "desk_act"

    id: Mapped[PrimaryKey]
    #: Whose desk: operator, point, association or funder.
    desk: Mapped[str]
    #: What was done, by the name of its form.
    act: Mapped[str]
    #: person:7.
    actor: Mapped[str] = mapped_column(index=True)
    #: The post in which it was done.
    post: Mapped[str]
    #: The funder, distribution point or association of that post.
    tenant_id: Mapped[int | None]
    #: To what: the path of the form.
    target: Mapped[str]
    #: Where it led: the path of the page that followed, such as that of what was made.
    led_to: Mapped[str | None]
    at: Mapped[Moment]
