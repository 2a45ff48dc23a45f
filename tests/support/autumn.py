"""An autumn of the scheme: two associations with a phone each, and booklets in people's hands."""

import json
from datetime import datetime
from typing import Any

from tests.support.cast import ALIS44, PING, Point, World
from voucher_service.core.campaign import PARIS
from voucher_service.core.passes import Accepted
from voucher_service.store import tables

END_OF_NOVEMBER = datetime(2026, 12, 1, tzinfo=PARIS)
END_OF_DECEMBER = datetime(2027, 1, 1, tzinfo=PARIS)


class Autumn:
    """Two associations with uses in November, and codes left."""

    def __init__(self, world: World, **changed: object) -> None:
        self.world = world
        self.funders = [world.funder(f"Financeur {n}") for n in (1, 2, 3)]
        self.campaign = world.campaign(dict.fromkeys(self.funders, 1), **changed)
        order = world.order(self.campaign, 6)
        world.fund(order)
        serials = world.issue(order)
        point = world.point()
        world.stock(serials, point)
        for serial in serials:
            world.hand_over(serial, point)
        self.codes = [code for serial in serials for code in world.codes(serial)]
        self.ping = world.at(PING, self.campaign, "PiNG Breil")
        self.alis44 = world.at(ALIS44, self.campaign, "Alis44 Bottière")

    def spend(self, phone: Point, count: int, **changed: object) -> None:
        for code in [self.codes.pop() for _ in range(count)]:
            assert isinstance(self.world.redeem(phone, code, **changed), Accepted)

    def statement(self, number: str) -> Any:
        row = self.world.session.get_one(tables.Statement, number)
        return json.loads(row.document)
