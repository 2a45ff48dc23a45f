"""How long somebody stays signed in. A sitting ends by itself, whatever its browser does."""

from datetime import datetime, timedelta

IDLE = timedelta(minutes=30)
"""Without a visit. Counters are shared rooms."""

LONGEST = timedelta(hours=12)
"""However busy: a working day."""

HALF_WAY = timedelta(minutes=10)
"""How long the second factor may be awaited, or a provider's answer."""

FRESH = timedelta(minutes=15)
"""How long a proof of who somebody is lasts for changes of the account itself."""

CLICK_TOO_MANY = timedelta(seconds=10)
"""How long the cookie before a proof leads to the one after it: a second click has only that."""

FORM_KEPT = timedelta(hours=1)
"""How long a form waits for whoever was filling it in when their sitting ended."""

SEEN_EVERY = timedelta(minutes=1)
"""How precisely the last visit is remembered: writing at each one would cost more than it tells."""


def ends_at(begun: datetime, seen: datetime) -> datetime:
    """When a sitting ends if nobody comes any more."""
    return min(begun + LONGEST, seen + IDLE)


def is_over(begun: datetime, seen: datetime, now: datetime) -> bool:
    """Whether it has ended by itself."""
    return now >= ends_at(begun, seen)


def is_too_late(begun: datetime, now: datetime) -> bool:
    """Whether a sign-in under way took too long."""
    return now - begun >= HALF_WAY


def is_fresh(proved: datetime | None, now: datetime) -> bool:
    """Whether the last proof is recent enough to change a password, a mail address or a factor."""
    return proved is not None and now - proved < FRESH
