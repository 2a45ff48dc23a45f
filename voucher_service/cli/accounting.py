"""Commands for the accountant: the accounting file of a year, and the account of somebody.

Both are read from the ledger; nothing is written to it.
"""

from datetime import date, datetime
from pathlib import Path

import click

from voucher_service.cli.console import NUMBER, answer, as_json
from voucher_service.cli.home import now, reading, refuse_to_overwrite
from voucher_service.config import BadSettings, read_settings
from voucher_service.core.campaign import paris_day
from voucher_service.documents import extract
from voucher_service.documents.columns import decimal
from voucher_service.documents.fec import PIPE, TAB
from voucher_service.documents.fec_files import BOOKS, Exercise, FecFile, chart_of, exercise
from voucher_service.jobs.files import whole_file
from voucher_service.store.queries import extracts

EVER = date(1970, 1, 1)
"""Before every scheme."""

FILE = click.Path(path_type=Path, dir_okay=False)
DAY = click.DateTime(formats=["%Y-%m-%d"])
FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


@click.command()
@click.option("--year", type=click.IntRange(2000, 2199), help="A calendar year.")
@click.option("--from", "first", type=DAY, help="Or: its first day.")
@click.option("--to", "last", type=DAY, help="And its last day.")
@click.option("--out", "folder", type=FOLDER, default=".", help="Folder (default: this one).")
@click.option(
    "--books",
    type=click.Choice([*BOOKS]),
    default="reserved",
    show_default=True,
    help="The scheme's books, or the operator's own fees.",
)
@click.option("--pipe", is_flag=True, help="Separate with | instead of tabs.")
@click.option("--force", is_flag=True, help="Overwrite a file that exists.")
@as_json
def fec(
    year: int | None,
    first: datetime | None,
    last: datetime | None,
    folder: Path,
    books: str,
    *,
    pipe: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Write the accounting file (FEC) of a year, and the note that goes with it."""
    settings = read_settings()
    days = exercise(*_days(year, first, last), paris_day(now()))
    try:
        chart = chart_of(settings.chart_file)
    except ValueError as error:
        raise BadSettings(str(error)) from error
    made = FecFile(settings.issuer_siret, days, chart, PIPE if pipe else TAB, BOOKS[books])
    target = folder / made.name
    note = folder / made.note_name
    for path in (target, note):
        refuse_to_overwrite(path, force=force)
    with reading(settings) as session, whole_file(target) as file:
        for line in made.lines(session):
            file.write(line)
    with whole_file(note) as file:
        file.write(made.note(settings.issuer_name).encode())
    _tell(made, target, as_json=as_json)


def _tell(made: FecFile, target: Path, *, as_json: bool) -> None:
    totals = made.totals
    answer(
        {
            "file": str(target),
            "from": made.exercise.first.isoformat(),
            "to": made.exercise.last.isoformat(),
            "entries": totals.entries,
            "debit_cents": totals.debit,
            "credit_cents": totals.credit,
            "moved_cents": totals.moved,
        },
        f"{target}: {totals.entries} entries to {made.exercise.last}, debits and credits"
        f" {decimal(totals.debit)} €, of which {decimal(totals.moved)} € moved.",
        as_json=as_json,
    )


def _days(year: int | None, first: datetime | None, last: datetime | None) -> tuple[date, date]:
    match year, first, last:
        case int(), None, None:
            return date(year, 1, 1), date(year, 12, 31)
        case None, datetime(), datetime():
            return first.date(), last.date()
        case _:
            raise BadSettings("Say --year YYYY, or --from DAY and --to DAY.")


@click.command()
@click.option("--association", type=NUMBER, help="Whose account.")
@click.option("--funder", type=NUMBER, help="Or whose.")
@click.option("--from", "first", type=DAY, help="First day (default: ever).")
@click.option("--to", "last", type=DAY, help="Last day (default: today).")
@click.option("--out", "target", type=FILE, required=True, help="A CSV file.")
@click.option("--force", is_flag=True, help="Overwrite a file that exists.")
def account(
    association: int | None,
    funder: int | None,
    first: datetime | None,
    last: datetime | None,
    target: Path,
    *,
    force: bool,
) -> None:
    """Write the account of an association or a funder, movement by movement and pass by pass."""
    if (association is None) == (funder is None):
        raise BadSettings("Say --association N, or --funder N.")
    refuse_to_overwrite(target, force=force)
    settings, today = read_settings(), paris_day(now())
    who: extracts.Who = "funder" if association is None else "association"
    number = association or funder or 0
    days = Exercise(first.date() if first else EVER, last.date() if last else today)
    with reading(settings) as session:
        name = extracts.party_name(session, who, number)
        opening = extracts.balance_before(session, who, number, days.begins)
        postings = extracts.postings(session, who, number, days.begins, days.ends)
        content = extract.to_csv(opening, postings, chart_of(settings.chart_file))
    with whole_file(target) as file:
        file.write(content)
    click.echo(f"{target}: {name}, {len(content.splitlines()) - 1} lines.")
