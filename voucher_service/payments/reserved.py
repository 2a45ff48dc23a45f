"""The ring-fenced account of these settings, as the debtor of a payment file."""

from voucher_service.config import Settings
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
