"""The few things that can go wrong besides a refusal.

Every front door translates them once into its own language (an HTTP problem, an exit status).
A refused pass is not an error: it is a value, see ``core.passes``.
"""

from dataclasses import dataclass


@dataclass
class DomainError(Exception):
    """Something cannot be done. ``reason`` is for machines, ``detail`` says what to do."""

    reason: str
    detail: str

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"


class NotFound(DomainError):
    """The thing does not exist, or not for this caller."""


class NotAllowed(DomainError):
    """The caller may not do this."""


class Conflict(DomainError):
    """The thing is in a state that forbids this; nothing was written."""


@dataclass
class Invalid(DomainError):
    """The input is wrong. ``field`` names the culprit."""

    field: str = ""


class Away(Conflict):
    """Another house's service does not answer: nothing was written, ask again later."""


class Mismatch(DomainError):
    """The books do not add up: stop everything, write nothing."""


@dataclass
class TooMany(DomainError):
    """Tried too often, or at a bad moment: it may work after ``retry_after`` seconds."""

    retry_after: int = 1
