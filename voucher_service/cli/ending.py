"""The command that closes a campaign. Beginning and agreeing are calls of people, over the API."""

import click

from voucher_service.cli.console import answer, as_json, progress, stop
from voucher_service.cli.home import now, sessions_of
from voucher_service.config import read_settings
from voucher_service.jobs.documents import close
from voucher_service.jobs.tools import make_tools


@click.command("close-campaign")
@click.argument("campaign", type=int)
@as_json
def close_campaign(campaign: int, *, as_json: bool) -> None:
    """Close a campaign: joint statement and credit notes, drawn. Safe to run again."""
    settings = read_settings()
    tools = make_tools(settings)
    with sessions_of(settings) as sessions, progress("Papers drawn") as tell:
        number, notes, failed = close(sessions, tools, campaign, now(), tell)
    answer(
        {"statement": number, "credit_notes": [*notes], "drawings_failed": failed},
        [number, *notes, "Each funder now says what is done with its deposit."],
        as_json=as_json,
    )
    if failed:
        stop(f"{failed} papers could not be drawn: see the log, then close it again.")
