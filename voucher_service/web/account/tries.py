"""How often a way in may be tried: counted before anything else, together for all processes.

Nobody can lock somebody else out: five tries are counted for an account and an address together.
From all addresses together an account takes fifty passwords in a quarter of an hour; passkeys and
the link of a mail stay open even then.
"""

from flask import request

from voucher_service.actions.accounts import normal
from voucher_service.http.limits import limit
from voucher_service.web.desks import Visit

QUARTER, HOUR = 15 * 60, 3600
OF_ACCOUNT_AND_ADDRESS, OF_ADDRESS, OF_ACCOUNT = 5, 30, 50
CODES = 5
MAILS_OF_ADDRESS, MAILS_OF_ACCOUNT = 10, 3
LINKS = 30


def _count(visit: Visit, what: str, who: str, tries: int, seconds: int) -> None:
    limit(visit.services, what, visit.services.accounts_key.short_hash(who), tries, seconds)


def _address() -> str:
    return request.remote_addr or ""


def _email() -> str:
    return normal(request.form.get("email", ""))


def of_passwords(visit: Visit) -> None:
    """One more try to sign in; raises :class:`TooMany`."""
    address, email = _address(), _email()
    _count(visit, "sign-in-address", address, OF_ADDRESS, QUARTER)
    _count(visit, "sign-in", f"{email} {address}", OF_ACCOUNT_AND_ADDRESS, QUARTER)
    _count(visit, "sign-in-account", email, OF_ACCOUNT, QUARTER)


def of_passkeys(visit: Visit) -> None:
    """One more passkey shown."""
    _count(visit, "sign-in-address", _address(), OF_ADDRESS, QUARTER)


def of_proofs(visit: Visit) -> None:
    """One more code or password of somebody who is known: only they, or a thief, can try."""
    person = visit.seat.person if visit.seat else 0
    _count(visit, "proof", str(person), CODES, QUARTER)


def of_mails(visit: Visit) -> None:
    """One more mail asked for."""
    _count(visit, "mail-address", _address(), MAILS_OF_ADDRESS, HOUR)
    _count(visit, "mail-account", _email(), MAILS_OF_ACCOUNT, HOUR)


def of_links(visit: Visit) -> None:
    """One more link tried."""
    _count(visit, "links", _address(), LINKS, QUARTER)
