"""The command that shows how mails stand, and lets those that are stuck be tried again."""

import click

from voucher_service.actions.mailing import try_again
from voucher_service.cli.console import answer, as_json, stop
from voucher_service.cli.home import now, reading, writing
from voucher_service.config import read_settings
from voucher_service.core.canonical import Json
from voucher_service.store.queries.mails import Standing, Stuck, standing


@click.command()
@click.option("--again", is_flag=True, help="Try once more what is stuck.")
@as_json
def mails(*, again: bool, as_json: bool) -> None:
    """Say how many mails wait, and which are stuck; exits with status 1 when some are."""
    settings = read_settings()
    if again:
        with writing(settings) as session:
            count = try_again(session, now())
        answer({"again": count}, f"{count} will be tried again.", as_json=as_json)
        return
    with reading(settings) as session:
        found = standing(session)
    answer(_facts(found), f"{found.waiting} mails wait.", as_json=as_json)
    if found.stuck:
        stop("\n".join(map(_line, found.stuck)))


def _facts(found: Standing) -> Json:
    since = found.waiting_since
    stuck: list[Json] = [
        {"topic": one.topic, "address": one.address, "trouble": one.trouble} for one in found.stuck
    ]
    return {
        "waiting": found.waiting,
        "waiting_since": since.isoformat() if since else None,
        "stuck": stuck,
    }


def _line(one: Stuck) -> str:
    return f"{one.topic} to {one.address or 'nobody'}: {one.trouble}"
