"""The ring-fenced account of these settings: what payment files leave from, what papers name."""

from voucher_service.config import Settings
from voucher_service.core.documents import PayTo
from voucher_service.core.errors import Conflict
from voucher_service.core.payout_batch import Account


def reserved_account(settings: Settings) -> Account:
    """Where payouts leave from; raises :class:`Conflict` when no account is set."""
    account = settings.reserved
    if not account.iban:
        raise Conflict(
            "no_reserved_account", "Say in VOUCHER_RESERVED_IBAN which account is ring-fenced."
        )
    return Account(
        account.holder or settings.issuer_name,
        account.iban,
        account.town,
        account.country,
        account.bic,
    )


def pay_to(settings: Settings) -> PayTo:
    """Where papers ask to be paid; raises :class:`Conflict` when no account is set."""
    account = reserved_account(settings)
    return PayTo(account.iban, account.bic, account.holder)
