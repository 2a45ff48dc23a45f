"""How often something may be tried: counted for a house, kept as a hash, forgotten when it ends."""

from datetime import timedelta

import pytest

from voucher_service.store import tables, upkeep

MANY = 11


def ask(service, address):
    body = {"code": "nothing"}
    service.world.session.commit()
    place = {"REMOTE_ADDR": address}
    return service.client.post("/p/status", json=body, environ_base=place).status_code


@pytest.mark.parametrize(
    "addresses",
    [
        ["192.0.2.7"] * MANY,
        [f"2001:db8:7:1::{number:x}" for number in range(MANY)],
        ["::ffff:192.0.2.7", "192.0.2.7"] * 6,
    ],
    ids=["one address", "addresses of one house", "one address in two ways of writing"],
)
def test_who_can_choose_an_address_has_no_more_tries(service, addresses):
    assert [ask(service, address) for address in addresses[:10]] == [200] * 10
    assert ask(service, addresses[10]) == 429


def test_other_houses_are_counted_apart(service):
    for house in range(12):
        assert ask(service, f"2001:db8:7:{house:x}::1") == 200
        assert ask(service, f"::ffff:192.0.2.{house}") == 200


def test_no_address_is_kept(service):
    ask(service, "192.0.2.77")
    service.client.post("/p/status", json={"code": "x"}, environ_base={"REMOTE_ADDR": "nobody"})
    kept = str([row.key for row in service.world.session.query(tables.Throttle)])
    assert "192.0.2.77" not in kept
    assert "nobody" not in kept


def test_a_night_forgets_what_is_over_and_no_more(service):
    ask(service, "192.0.2.7")
    session, now = service.world.session, service.world.now
    assert upkeep.forget_tries(session, now) == 0
    assert upkeep.forget_tries(session, now + timedelta(minutes=2)) == 1  # the minute's
    assert upkeep.forget_tries(session, now + timedelta(days=2)) == 1  # the day's
