"""Commands for the bank: the file that pays, and the files that the bank gives.

Approving a batch is another person's, in the management API: this command line is one person.
"""

from pathlib import Path

import click

from voucher_service.actions import banking, batching, rail
from voucher_service.cli.console import answer, as_json
from voucher_service.cli.home import ACTOR, now, reading, refuse_to_overwrite, writing
from voucher_service.config import read_settings
from voucher_service.core.errors import Conflict
from voucher_service.jobs.files import whole_file
from voucher_service.payments import sepa
from voucher_service.payments.bank_statements import read_bank_file
from voucher_service.payments.reserved import reserved_account
from voucher_service.store.queries import payouts

BANK = batching.BankFormat(sepa.payment_faults, sepa.pain_001)
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("payout-batch")
@click.argument("period")
@as_json
def payout_batch(period: str, *, as_json: bool) -> None:
    """Freeze the file that pays a period's approved statements. Another person approves it."""
    settings = read_settings()
    with writing(settings) as session:
        batch = batching.make_batch(
            session, period, None, reserved_account(settings), BANK, ACTOR, now()
        )
    count, euros, day = len(batch.payments), sepa.euros(batch.total_cents), batch.execution_day
    answer(
        {
            "number": batch.number,
            "payments": count,
            "total_cents": batch.total_cents,
            "execution_day": day.isoformat(),
            "left_out": {item.statement: item.reason.value for item in batch.left_out},
        },
        [
            *(f"Not paid: {item.statement} ({item.reason.value})" for item in batch.left_out),
            f"{batch.number}: {count} payments, {euros} EUR, on {day}. Another person approves it.",
        ],
        as_json=as_json,
    )


@click.command("payout-file")
@click.argument("number")
@click.option("--out", type=FILE, required=True, help="Where to write it, for the bank.")
@click.option("--force", is_flag=True, help="Overwrite a file that exists.")
def payout_file(number: str, out: Path, *, force: bool) -> None:
    """Write the bank's file of an approved batch: always the same bytes."""
    refuse_to_overwrite(out, force=force)
    with reading(read_settings()) as session:
        row = payouts.batch(session, number)
        decision = payouts.decisions(session, [number]).get(number)
        if decision is None or decision.decision != batching.APPROVED:
            raise Conflict("not_approved", "A second person must approve this batch first.")
        rail.check_by_bank(session, number)
        content, digest = row.file, row.file_sha256
    with whole_file(out) as file:
        file.write(content)
    click.echo(f"{out}: SHA-256 {digest}. Give it to the bank once.")


@click.command("bank-file")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@as_json
def bank_file(file: Path, *, as_json: bool) -> None:
    """Take a file of the bank: camt.053, camt.054, pain.002, MT940 or CFONB-120. Twice is once."""
    settings = read_settings()
    content = file.read_bytes()
    read = read_bank_file(content)
    with writing(settings) as session:
        done = banking.import_file(
            session, read, content, reserved_account(settings).iban, ACTOR, now()
        )
    counts = done.counts
    became = (
        f"{done.form}: {counts.matched} lines known, {counts.returned} came back,"
        f" {done.rejected} payments refused, {counts.unknown} wait for a person."
    )
    answer(
        {
            "form": done.form,
            "new": done.new,
            "matched": counts.matched,
            "returned": counts.returned,
            "rejected": done.rejected,
            "unknown": counts.unknown,
        },
        [became, *([] if done.new else ["This file came before: nothing changed."])],
        as_json=as_json,
    )
