"""How often something may be tried, counted in the database so that all workers count together.

Who tries is kept as a hash that nobody can make without our key, and only until its window ends.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import request

from voucher_service.core.errors import TooMany
from voucher_service.http.services import Services
from voucher_service.store import throttle

ONE_HOUSE = 64
"""Bits of an IPv6 address that a house is given: the rest it chooses, a new one for each try."""


def address() -> str:
    """Where a request comes from, as far as limits go."""
    told = request.remote_addr or ""
    try:
        found = ip_address(told)
    except ValueError:
        return told
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, ONE_HOUSE), strict=False))
    return told


def limit(services: Services, what: str, who: str, tries: int, seconds: int) -> None:
    """Count one more try; raises :class:`TooMany` beyond ``tries`` in a window of ``seconds``."""
    now = int(services.now().timestamp())
    ends = (now // seconds + 1) * seconds
    with services.writing() as session:
        count = throttle.count(session, f"{what}:{services.accounts_key.short_hash(who)}", ends)
    if count > tries:
        raise TooMany("too_many_tries", "Too many tries: wait a moment.", retry_after=ends - now)
