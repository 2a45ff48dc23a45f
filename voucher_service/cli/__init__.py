"""``voucher-service``: everything the operator does by hand.

Each command reads its input, calls one action and says what came of it.
"""

import click

from voucher_service.cli import (
    accounting,
    archiving,
    auditing,
    banking,
    books,
    copies,
    demo,
    ending,
    gifts,
    inviting,
    keys,
    mails,
    pairing,
    papers,
    passes,
    places,
    serving,
    setting_up,
    succession,
    verifying,
)
from voucher_service.cli.console import Commands, log_to_stderr


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pass-numerique")
def main() -> None:
    """Print, spend and settle the French pass numérique.

    VOUCHER_HOME names the folder of the database, the private keys and the files (instance/ by
    default). Errors are one sentence and exit status 2; what is checked and found wrong exits
    with 1.
    """
    log_to_stderr()


for command in (
    setting_up.init,
    setting_up.token,
    inviting.invite,
    keys.keys,
    passes.issue,
    passes.print_order,
    passes.print_trial,
    pairing.pair,
    places.import_sites,
    books.close_period,
    ending.close_campaign,
    books.check,
    banking.payout_batch,
    banking.payout_file,
    banking.bank_file,
    auditing.audit,
    accounting.fec,
    accounting.account,
    papers.paper,
    books.seal,
    books.tick,
    mails.mails,
    gifts.stripe_compare,
    gifts.stripe_try,
    verifying.verify_statement,
    copies.backup,
    copies.restore,
    archiving.archive,
    succession.export_scheme,
    succession.import_scheme,
    serving.serve,
    serving.worker,
    demo.demo,
):
    main.add_command(command)
