"""The operator's own account of these settings, where its fees are paid; never ring-fenced."""

from voucher_service.config import Settings
from voucher_service.core.documents import PayTo
from voucher_service.core.fees import FeeTerms, terms


def fee_terms(settings: Settings) -> FeeTerms:
    """How fees are invoiced; raises ``Conflict`` without an account apart from the reserved one."""
    own = settings.fees
    pay_to = PayTo(own.iban, own.bic, own.holder or settings.issuer_name)
    return terms(own.vat_bp, own.vat_number, pay_to, settings.reserved.iban)
