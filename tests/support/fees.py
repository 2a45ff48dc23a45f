"""The operator's own fees as a test needs them."""

from tests.support.calling import METROPOLE_SIRET
from tests.support.cast import OPERATOR, STATEMENT_KEY, World
from voucher_service.actions import invoicing
from voucher_service.actions.freezing import Signatory
from voucher_service.actions.invoicing import Office
from voucher_service.core.documents import PayTo
from voucher_service.core.fees import terms
from voucher_service.core.invoices import Line, Order

RING_FENCED = "FR7630001007941234567890185"
OWN_ACCOUNT = PayTo("FR7630004000031234567890143", "", "Opérateur")
OFFICE = Office(
    Signatory(OPERATOR, STATEMENT_KEY), terms(2_000, "FR32434933123", OWN_ACCOUNT, RING_FENCED)
)
FEES = [Line("Frais de gestion", 1, 100_003)]


def payer(world: World) -> int:
    return world.funder("Nantes Métropole", METROPOLE_SIRET)


def invoiced(world: World, funder: int | None = None) -> str:
    """An invoice of 1,000.03 € and its VAT, 200.01 €; its number."""
    funder = payer(world) if funder is None else funder
    order = Order("ENG-2026-118")
    number = invoicing.issue_invoice(world.session, funder, FEES, order, OFFICE, world.now)
    world.session.commit()
    return number
