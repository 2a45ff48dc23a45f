"""Commands that make passes: issuing an order's booklets, and printing their codes.

Printing opens the private key in this very process and forgets it at the end.
"""

from pathlib import Path

import click

from voucher_service.actions.issuing import issue as issue_order
from voucher_service.actions.printing import booklet_range
from voucher_service.cli.console import NUMBER, answer, as_json, progress
from voucher_service.cli.home import now, passphrase, reading, refuse_to_overwrite, sessions_of
from voucher_service.config import BadSettings, read_settings
from voucher_service.core.campaign import paris_day
from voucher_service.core.pass_text import USUAL_TOKEN, segments
from voucher_service.documents.trial_page import render_trial_page
from voucher_service.jobs.files import Form, whole_file, write_letters, write_passes
from voucher_service.jobs.tools import make_tools, open_signing_key
from voucher_service.store.load import serial

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("order", type=NUMBER)
@as_json
def issue(order: int, *, as_json: bool) -> None:
    """Write the booklets of a funded order. Safe to run again: it goes on where it stopped."""
    with (
        sessions_of(read_settings()) as sessions,
        progress("Booklets issued") as tell,
        sessions() as session,
    ):
        booklets = issue_order(session, order, now(), tell)
    first, last = serial(booklets.start), serial(booklets.stop - 1)
    answer(
        {"booklets": len(booklets), "first_serial": first, "last_serial": last},
        f"{len(booklets)} booklets, serials {first} to {last}.",
        as_json=as_json,
    )


@click.command("print-trial")
@click.option("--out", type=FILE, required=True, help="The page to print, as PDF.")
@click.option("--force", is_flag=True, help="Overwrite a file that exists.")
def print_trial(out: Path, *, force: bool) -> None:
    """A page to print, measure and scan before booklets are: a ruler, and a code worth nothing."""
    refuse_to_overwrite(out, force=force)
    settings = read_settings()
    worthless = segments(settings.base_url, bytes(USUAL_TOKEN))
    page = render_trial_page(worthless, paris_day(now()))
    with whole_file(out) as file:
        file.write(page)
    click.echo(f"{out}: print it at 100 %, measure the ruler, scan the code. Then print booklets.")


@click.command("print")
@click.argument("order", type=NUMBER)
@click.option("--first", help="First serial (default: the order's first).")
@click.option("--count", type=click.IntRange(min=1), help="How many booklets (default: the rest).")
@click.option("--out", type=FILE, help="Sheets to print and cut, as PDF.")
@click.option("--codes", type=FILE, help="One line of JSON a pass, for a printer's machine.")
@click.option("--letters", type=FILE, help="The letters that go with them, as PDF.")
@click.option("--force", is_flag=True, help="Overwrite a file that exists.")
def print_order(
    order: int,
    first: str | None,
    count: int | None,
    out: Path | None,
    codes: Path | None,
    letters: Path | None,
    *,
    force: bool,
) -> None:
    """Sign the passes of an issued order and write them. Guard the file: it is worth its passes."""
    wanted: list[tuple[Form, Path]] = []
    wanted += [("pdf", out)] if out else []
    wanted += [("ndjson", codes)] if codes else []
    targets = [target for _, target in wanted] + ([letters] if letters else [])
    if not targets:
        raise BadSettings("Say where: --out FILE.pdf, --codes FILE.ndjson or --letters FILE.pdf.")
    for target in targets:
        refuse_to_overwrite(target, force=force)
    settings, moment = read_settings(), now()
    dated, tools = paris_day(moment), make_tools(settings)
    with reading(settings) as session:
        booklets = booklet_range(session, order, first, count)
        if wanted:
            key = open_signing_key(session, settings, passphrase(settings), order, moment)
            for form, target in wanted:
                with progress(f"Booklets for {target.name}") as tell:
                    write_passes(session, tools, key, booklets, form, target, dated, tell)
        if letters:
            with progress(f"Letters for {letters.name}") as tell:
                write_letters(session, tools, booklets, letters, dated, tell)
    for target in targets:
        click.echo(f"{target}: booklets {serial(booklets.start)} to {serial(booklets.stop - 1)}")
