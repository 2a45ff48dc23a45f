"""What the bank says: its files in, the chain of its statements, lines that wait for a person."""

from voucher_service.actions import banking
from voucher_service.core.bank_file import Direction
from voucher_service.http.body import Body
from voucher_service.http.fields import Id
from voucher_service.payments.bank_statements import read_bank_file
from voucher_service.payments.reserved import reserved_account
from voucher_service.store.queries import banking as bank
from voucher_service.web.desks import Page, See, Upload, Visit
from voucher_service.web.operator.desk import (
    DESK,
    FINANCE,
    SEE_MONEY,
    Listed,
    newest,
    oldest,
    who,
)

FILES = (
    "application/octet-stream",
    "application/xml",
    "text/xml",
    "text/plain",
)
LARGEST_FILE = 8 * 1024 * 1024
"""Bytes. A day of 5,000 payments is about 5 MB of camt.053."""


class LinesIn(Body):
    """Which lines: those that wait for a person unless others are asked for."""

    state: bank.State = "unknown"
    statement: Id | None = None
    cursor: Id | None = None


@DESK.page("/bank", posts=SEE_MONEY, query=Listed)
def bank_desk(visit: Visit, query: Listed) -> Page:
    """The bank's statements, and where to give the next file."""
    page = bank.statements(visit.session, newest(query.cursor))
    files = bank.messages(visit.session, [row.message_id for row in page.rows])
    return Page(
        "operator/bank.html",
        page=page,
        forms={number: form for number, (form, _) in files.items()},
        unknown=bank.unknown(visit.session),
        ready=bool(visit.services.settings.reserved.iban),
    )


@DESK.form("/bank", posts=FINANCE, file=FILES, largest=LARGEST_FILE, again=bank_desk)
def give_file(visit: Visit, file: Upload) -> See:
    """Give a file of the bank: camt.053, camt.054, pain.002, MT940 or CFONB-120. Twice is once."""
    account = reserved_account(visit.services.settings).iban
    read = read_bank_file(file.content)
    done = banking.import_file(visit.session, read, file.content, account, visit.actor, visit.now)
    return See(
        "/operator/bank",
        said="bank_file_taken" if done.new else "bank_file_known",
        form=done.form,
        matched=done.counts.matched,
        returned=done.counts.returned + done.rejected,
        unknown=done.counts.unknown,
    )


@DESK.page("/bank/lines", posts=SEE_MONEY, query=LinesIn)
def lines(visit: Visit, query: LinesIn) -> Page:
    """The bank's lines: what waits for a person first."""
    wanted = bank.Filter(query.state, query.statement)
    page = bank.lines(visit.session, wanted, oldest(query.cursor))
    return Page(
        "operator/bank_lines.html",
        page=page,
        query=query,
        matches=bank.matches(visit.session, [row.id for row in page.rows]),
        who=who(visit, [row.matched_by for row in page.rows]),
        credit=Direction.CREDIT,
    )
