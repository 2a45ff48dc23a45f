"""The same request many times at the same instant, inside one process."""

from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session

from tests.support.cast import World
from tests.support.racing import at_once, shows, without
from voucher_service.actions.tokens import Role, create_token
from voucher_service.store import idempotency


def test_threads_too_begin_a_request_once(world: World):
    assert begun_by_eight(world) == 1


def test_twin_without_its_key_a_request_is_begun_many_times(
    fresh_worlds: Callable[[], World],
):
    def tried() -> int:
        world = fresh_worlds()
        without(world, "ALTER TABLE idempotency_key DROP CONSTRAINT pk_idempotency_key")
        return begun_by_eight(world)

    shows("threads did the work of one request", tried)


def begun_by_eight(world: World) -> int:
    """How many of eight threads were told that the request is theirs to do."""
    token, _text = create_token(world.session, Role.OPERATOR, None, world.now)
    world.session.commit()

    def begin(_thread: int) -> bool:
        with Session(world.engine) as session, session.begin():
            return idempotency.begin(
                session, token, "only-once", "the same body", world.now, stale=world.now
            )

    told = at_once([partial(begin, thread) for thread in range(8)])
    assert set(told) <= {True, False}, told
    return sum(told)
