"""What a screen is: one page or one form, whom it is for, what it takes. Declares none itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from voucher_service.core.posts import Post
from voucher_service.http.body import Body, Nothing
from voucher_service.web.showing import Page, Reader
from voucher_service.web.visits import Rule, Visit, Who


@dataclass(frozen=True, slots=True)
class Screen:
    """The declaration of one page or one form."""

    reader: Reader
    method: Literal["GET", "POST"]
    path: str
    """Whole, with its prefix."""
    handler: Callable[..., Any]
    who: Who
    posts: frozenset[Post]
    query: type[Body] = Nothing
    body: type[Body] = Nothing
    again: Callable[..., Page] | None = None
    """The page that shows this form, to show it again."""
    file: Sequence[str] = ()
    """Media types of the file that the form takes, under the name ``file``."""
    largest: int = 0
    """Bytes of the largest file."""
    fresh: bool = False
    """Whether whoever comes must have proved lately who they are."""
    before: Callable[[Visit], None] | None = None
    """What is counted before the transaction begins, so that a refusal does not undo it."""

    @property
    def rule(self) -> Rule:
        """Whom it is for."""
        return Rule(self.who, self.posts, self.fresh)

    @property
    def name(self) -> str:
        """How templates call this form."""
        return self.handler.__name__
