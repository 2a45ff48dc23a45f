"""How often a way in may be tried: counted before anything else, together for all processes.

Nobody can lock somebody else out: five tries are counted for an account and an address together.
From all addresses together an account takes fifty passwords in a quarter of an hour; passkeys and
the link of a mail stay open even then.
"""

from flask import request

from voucher_service.actions.accounts import normal
from voucher_service.http.limits import address, limit
from voucher_service.web.desks import Visit

QUARTER, HOUR, DAY = 15 * 60, 3600, 24 * 3600
OF_ACCOUNT_AND_ADDRESS, OF_ADDRESS, OF_ACCOUNT = 5, 30, 50
CODES, CODES_A_DAY = 5, 50
"""A thief with the password guesses one of three codes that are good at a time, among a million."""
MAILS_OF_ADDRESS, MAILS_OF_ACCOUNT = 10, 3
LINKS = 30


def _email() -> str:
    return normal(request.form.get("email", ""))


def of_passwords(visit: Visit) -> None:
    """One more try to sign in; raises :class:`TooMany`."""
    here, email = address(), _email()
    limit(visit.services, "sign-in-address", here, OF_ADDRESS, QUARTER)
    limit(visit.services, "sign-in", f"{email} {here}", OF_ACCOUNT_AND_ADDRESS, QUARTER)
    limit(visit.services, "sign-in-account", email, OF_ACCOUNT, QUARTER)


def of_passkeys(visit: Visit) -> None:
    """One more passkey shown."""
    limit(visit.services, "sign-in-address", address(), OF_ADDRESS, QUARTER)


def of_proofs(visit: Visit) -> None:
    """One more code or password of somebody who is known: only they, or a thief, can try."""
    person = visit.seat.person if visit.seat else 0
    limit(visit.services, "proof", str(person), CODES, QUARTER)
    limit(visit.services, "proof-day", str(person), CODES_A_DAY, DAY)


def of_mails(visit: Visit) -> None:
    """One more mail asked for."""
    limit(visit.services, "mail-address", address(), MAILS_OF_ADDRESS, HOUR)
    limit(visit.services, "mail-account", _email(), MAILS_OF_ACCOUNT, HOUR)


def of_links(visit: Visit) -> None:
    """One more link tried."""
    limit(visit.services, "links", address(), LINKS, QUARTER)
