"""A paper by its number, as a file: for whoever must send one, or look at it."""

from pathlib import Path

import click

from voucher_service.cli.home import now, refuse_to_overwrite, sessions_of
from voucher_service.config import BadSettings, read_settings
from voucher_service.documents.invoices import XML
from voucher_service.documents.statement_files import CSV, PDF
from voucher_service.jobs.files import whole_file
from voucher_service.jobs.papers import JSON, fetch

FORMS = {".pdf": PDF, ".csv": CSV, ".json": JSON, ".xml": XML}


@click.command()
@click.argument("number")
@click.option(
    "--out",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="A file that ends in .pdf, .csv, .json or, for an invoice, .xml.",
)
@click.option("--force", is_flag=True, help="Overwrite a file that exists.")
def paper(number: str, target: Path, *, force: bool) -> None:
    """Write a paper as a file: a statement, a call for funds, an invoice."""
    media_type = FORMS.get(target.suffix)
    if media_type is None:
        raise BadSettings(f"{target}: say a file that ends in {', '.join(FORMS)}.")
    refuse_to_overwrite(target, force=force)
    settings = read_settings()
    with sessions_of(settings) as sessions:
        content = fetch(sessions, number, media_type, settings.base_url, now())
    if content is None:
        raise BadSettings(f"{number} is no invoice: it comes as .pdf, .csv or .json.")
    with whole_file(target) as file:
        file.write(content)
    click.echo(f"{target}: {number}, {len(content)} bytes.")
