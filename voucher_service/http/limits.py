"""How often something may be tried, counted in the database so that all workers count together."""

from voucher_service.core.errors import TooMany
from voucher_service.http.services import Services
from voucher_service.store import throttle


def limit(services: Services, what: str, who: str, tries: int, seconds: int) -> None:
    """Count one more try; raises :class:`TooMany` beyond ``tries`` in a window of ``seconds``."""
    now = int(services.now().timestamp())
    window = now // seconds
    with services.writing() as session:
        count = throttle.count(session, f"{what}:{who}", window)
    if count > tries:
        wait = (window + 1) * seconds - now
        raise TooMany("too_many_tries", "Too many tries: wait a moment.", retry_after=wait)
