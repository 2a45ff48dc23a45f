"""The auditor's command: everything that is stored is looked at again, and the report is given.

What is wrong is named and exits with status 1; nothing is ever repaired here.
"""

from datetime import datetime
from functools import partial
from pathlib import Path

import click

from voucher_service.actions.auditing import audit as look_again
from voucher_service.actions.auditing_bank import Bank
from voucher_service.cli.console import FOUND_WRONG, answer, as_json
from voucher_service.cli.home import now, reading, refuse_to_overwrite
from voucher_service.config import read_settings
from voucher_service.core.campaign import PARIS
from voucher_service.documents import audit_report
from voucher_service.documents.audit_report import Language
from voucher_service.documents.proofreading import proofread
from voucher_service.jobs.files import whole_file
from voucher_service.payments.bank_statements import read_bank_file
from voucher_service.payments.sepa import pain_001


@click.command()
@click.option(
    "--since",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="Only documents, uses and seals since this day (default: everything).",
)
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Also as a page.")
@as_json
@click.pass_context
def audit(
    context: click.Context,
    since: datetime | None,
    language: Language,
    pdf: Path | None,
    *,
    as_json: bool,
) -> None:
    """Check every document, transfer, number, seal and rule again, and say in words what is wrong.

    Exits with status 1 when anything is.
    """
    if pdf is not None:
        refuse_to_overwrite(pdf, force=False)
    settings = read_settings()
    begins = since.replace(tzinfo=PARIS) if since else None
    with reading(settings) as session:
        drawn = partial(proofread, base_url=settings.base_url)
        report = look_again(session, drawn, begins, now(), Bank(read_bank_file, pain_001))
    words = audit_report.in_words(report, settings.issuer_name, language)
    if pdf is not None:
        with whole_file(pdf) as file:
            file.write(audit_report.to_pdf(report, settings.issuer_name, language))
    answer(audit_report.facts(report), list(audit_report.lines(words, language)), as_json=as_json)
    if not report.clean:
        context.exit(FOUND_WRONG)
