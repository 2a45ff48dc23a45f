"""What a funder finds at its desk: a campaign of some months, a statement to check, a new call."""

from datetime import datetime

from tests.support.cast import CV, FORMS, MAILBOX, World
from tests.support.nantes import Nantes
from voucher_service.actions import distributing
from voucher_service.core.campaign import PARIS
from voucher_service.core.passes import Accepted

BEFORE_THE_CLOSE = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
END_OF_NOVEMBER = datetime(2026, 12, 1, tzinfo=PARIS)


def busy(nantes: Nantes) -> list[str]:
    """Three booklets given, two begun, November closed, an order called; its statements."""
    world = nantes.service.world
    for serial, newcomer in zip(nantes.serials[:3], (True, False, None), strict=True):
        distributing.hand_over(world.session, serial, nantes.ccas, newcomer, "person:1", world.now)
    world.session.commit()
    _spend(world, nantes, 0, (MAILBOX, FORMS, CV))
    _spend(world, nantes, 1, (MAILBOX,))
    world.order(nantes.campaign, 4)
    world.now = BEFORE_THE_CLOSE
    numbers = world.close("2026-11", END_OF_NOVEMBER, "person:9999")
    _spend(world, nantes, 1, (FORMS,), skip=1)
    world.session.commit()
    return numbers


def _spend(
    world: World, nantes: Nantes, booklet: int, services: tuple[str, ...], skip: int = 0
) -> None:
    codes = world.codes(nantes.serials[booklet])[skip:]
    for code, service in zip(codes, services, strict=False):
        assert isinstance(world.redeem(nantes.ping, code, service=service), Accepted)
