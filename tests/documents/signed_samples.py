"""A closing statement, a credit note and a note of debt, whose sums are right."""

from datetime import date, datetime
from typing import Any

from tests.support.cast import OPERATOR, STATEMENT_KEY, the_rules
from voucher_service.actions.freezing import Signatory, frozen
from voucher_service.core import attestations, calls, documents
from voucher_service.core.books import Books
from voucher_service.core.calls import Called, Ordered, Payer, Received
from voucher_service.core.campaign import PARIS, FixedDate
from voucher_service.core.canonical import Json
from voucher_service.core.debts import Part
from voucher_service.core.documents import (
    CallCancelled,
    ClosingFacts,
    ClosingFunder,
    DocumentHeading,
    PayTo,
)
from voucher_service.core.ending import Booklets, Passes, calendar
from voucher_service.core.statements import CampaignFacts, Party
from voucher_service.store import tables

NANTES = CampaignFacts("1", "Pass numérique Nantes", 1_000, "prepaid", 0)
PING = Party("5", "PiNG", rna="W442001234")
ALIS44 = Party("6", "Alis44 & Cie", siret="43493312300029")
METROPOLE = Payer(
    Party(
        "1", "Nantes Métropole", "24440040400129", address="2 cours du Champ-de-Mars, 44000 Nantes"
    ),
    "public",
    "DGNUM",
    "ENG-2022-118",
    needs_service_code=True,
    needs_engagement=True,
)
ACCOUNT = PayTo("FR7610107001011234567890129", "BREDFRPP", "Opérateur du pass")
ISSUED = date(2022, 2, 8)
AGREED = datetime(2021, 12, 17, 9, 30, tzinfo=PARIS)


def heading(number: str) -> DocumentHeading:
    return DocumentHeading(number, ISSUED, OPERATOR, (7, "ab" * 32))


def funder(number: int, name: str, weight: int, cents: tuple[int, int], on: str | None = None):
    borne, credited = cents
    return ClosingFunder(
        Party(str(number), name, siret="24440040400129" if number == 1 else None),
        weight,
        called=borne + credited,
        received=borne + credited,
        put_in=borne + credited,
        borne=borne,
        credited=credited,
        deposit=credited,
        credit_note=f"AV-2022-{number:06d}",
        approved_at=AGREED,
        reference=on,
    )


def closing() -> dict[str, Json]:
    """Scenario 10: 2,000 booklets, 1,400 given, 5,180 of 10,000 passes used."""
    facts = ClosingFacts(
        round=1,
        days=calendar(the_rules(validity=FixedDate(date(2021, 12, 31)))),
        booklets=Booklets(2_000, 1_400, 1_100),
        passes=Passes(10_000, 7_000, 5_180),
        by_period=[("2021-11", 2_180, 2_180_000, 0), ("2021-12", 3_009, 3_009_000, 9_000)],
        by_association=[(PING, 3_180, 3_180_000, 0, 1_000), (ALIS44, 2_000, 2_000_000, 9_000, 0)],
        funders=[
            funder(1, "Nantes Métropole", 50, (2_590_000, 2_410_000)),
            funder(2, "Loire-Atlantique", 25, (1_295_000, 1_205_000), "Délibération 2021-118"),
            funder(3, "État", 20, (1_036_000, 964_000)),
            funder(4, "MSA", 5, (259_000, 241_000)),
        ],
        books=Books(4_829_000, 0, 9_000, 0, 4_820_000, 0),
    )
    return documents.closing_statement(heading("EC-2022-000001"), NANTES, facts)


def credit_note() -> dict[str, Json]:
    return documents.credit_note(
        heading("AV-2022-000001"),
        Party("1", "Nantes Métropole", siret="24440040400129"),
        NANTES,
        "EC-2022-000001",
        ["AF-2020-000001", "AF-2021-000004"],
        2_410_000,
        [CallCancelled("AF-2021-000004", 50_000)],
        2_410_000,
    )


def debit_note() -> dict[str, Json]:
    parts = [
        Part(date(2021, 10, 2), "cancelled", "Pas de service", "00000012", 3, 1_000, 400),
        Part(date(2021, 11, 5), "charged", "Virement en double", None, None, 12_000, 12_000),
    ]
    return documents.debit_note(heading("ND-2022-000001"), PING, NANTES, parts, ACCOUNT)


def call_for_funds() -> dict[str, Json]:
    """A third of 500 booklets, asked of a public body."""
    return calls.call_for_funds(
        heading("AF-2022-000012"),
        METROPOLE,
        NANTES,
        Ordered(3, 500, 2_500, 2_500_000, 1, 3),
        833_334,
        ACCOUNT,
    )


def reminder() -> dict[str, Json]:
    called = Called("AF-2022-000012", date(2021, 12, 1), date(2021, 12, 31), 833_334)
    paid = [Received(date(2022, 1, 5), "VIR 4411", 500_000)]
    return calls.reminder(
        heading("RL-2022-000001"), METROPOLE, NANTES, called, 1, paid, 333_334, ACCOUNT
    )


def attestation() -> dict[str, Json]:
    """Two uses at a library, of a statement that was paid."""
    lines = [
        {"site": "3", "service_at": f"2021-11-0{n}T10:00:00+01:00", "serial": f"0000001{n}",
         "number": n, "service": "Réaliser des démarches administratives avec un accompagnement",
         "cents": 1_000}
        for n in (3, 4)
    ]  # fmt: skip
    statement = {
        "number": "RA-2021-000004",
        "issued_on": "2021-12-02",
        "period": {"label": "2021-11", "cutoff": "2021-12-01T00:00:00+01:00"},
        "lines": [*lines, lines[0] | {"site": "9"}],
    }
    place = attestations.Place("3", "Bibliothèque de Chantenay", "1 rue du Bois, 44100 Nantes")
    paid = attestations.Paid("RA-2021-000004", date(2021, 12, 9))
    return attestations.attestation(heading("AT-2022-000001"), ALIS44, place, statement, paid)


def row(document: dict[str, Any]) -> tables.Document:
    """A document as the store holds it."""
    return tables.Document(
        number=document["number"],
        kind=document["kind"],
        campaign_id=1,
        total_cents=document["total_cents"],
        issued_at=AGREED,
        **frozen(Signatory(OPERATOR, STATEMENT_KEY), document),
    )
