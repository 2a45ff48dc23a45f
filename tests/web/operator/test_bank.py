"""The bank at the operator's desk: a file in, a line that a person recognises, what came back."""

import io
from dataclasses import replace
from typing import Any

from tests.support.bank_files import CREDIT, DEBIT, DECEMBER, camt_053, entry, statement
from tests.support.banking import executed, given_back, november_paid
from tests.support.operators import Operator, operator
from tests.support.service import Service
from voucher_service.store import tables


def give(who: Operator, content: bytes, name: str = "releve.xml") -> Any:
    """The form of the bank's page with a file."""
    file = (io.BytesIO(content), name, "application/xml")
    return who.send("/bank", "/bank", {"file": file})


def the_day(*lines: Any) -> bytes:
    booked = [replace(line, booked_on=DECEMBER, value_on=DECEMBER) for line in lines]
    return camt_053(statement(booked, 0, DECEMBER.isoformat(), DECEMBER))


def test_a_file_is_given_once_and_what_it_does_not_say_a_person_does(service: Service) -> None:
    autumn = november_paid(service.world)
    first = operator(service)
    known = service.world.session.query(tables.Payout).order_by("end_to_end").first()
    assert known is not None
    reference = known.end_to_end
    charge = entry(150, DEBIT, text="FRAIS DE TENUE")
    gift = entry(4_000, CREDIT, text="VIREMENT", name="Financeur 1")
    back = given_back(reference, 7_000, "AC04")
    content = the_day(executed(reference, 7_000), back, charge, gift)
    answer = give(first, content)
    assert answer.status_code == 303
    shown = first.client.get(answer.headers["Location"]).text
    assert "2 lignes à reconnaître" in shown
    again = give(first, content)
    assert "déjà connu" in first.client.get(again.headers["Location"]).text
    _returned(first, reference)
    _recognised(first, autumn.campaign)


def _returned(first: Operator, reference: str) -> None:
    """What came back says why, and what to do."""
    shown = first.text("/returns")
    assert reference in shown
    assert "AC04" in shown
    assert "à réparer" in shown
    assert "Paiements revenus, à refaire" in first.text("")


def _recognised(first: Operator, campaign: int) -> None:
    """A person says what a line is: what cannot be is refused beside the form."""
    assert "FRAIS DE TENUE" in first.text("/bank/lines")
    lines = first.service.world.session.query(tables.BankLine).filter_by(matched_at=None)
    numbers = {line.text: line.id for line in lines}
    page = f"/bank/lines/{numbers['FRAIS DE TENUE']}"
    before = first.service.checksum()
    wrong = first.send(page, f"{page}/top-up", {"campaign": campaign})
    assert wrong.status_code == 422
    assert "dans l&#39;autre sens" in wrong.text
    assert first.service.checksum() == before
    assert "La ligne est reconnue" in first.done(page, f"{page}/charge", {"campaign": campaign})
    assert "Frais bancaires" in first.text(page)
    again = first.done(page, f"{page}/unassign", {"reason": "Mauvais dispositif"})
    assert "attend de nouveau" in again
    first.done(page, f"{page}/charge", {"campaign": campaign})
    other = f"/bank/lines/{numbers['VIREMENT']}"
    half = {"order_1": 1, "funder_1": 1, "amount_1": "40,00", "order_2": 1}
    incomplete = first.send(other, f"{other}/receipts", half)
    assert incomplete.status_code == 422
    assert "Remplissez toute la ligne" in incomplete.text
    bad = first.send(other, f"{other}/receipts", half | {"amount_1": "quarante", "order_2": ""})
    assert "par exemple 12,50" in bad.text
    del half["order_2"]
    assert "La ligne est reconnue" in first.done(other, f"{other}/receipts", half)
    assert "Rien" not in first.text("/bank/lines?state=matched")


def test_what_is_no_bank_file_is_refused_whole_and_only_finance_gives_any(
    service: Service,
) -> None:
    first, auditor = operator(service), operator(service, "auditor")
    before = service.checksum()
    answer = give(first, b"not a bank file", "notes.xml")
    assert answer.status_code == 422
    assert "pas lisible" in answer.text
    assert give(first, b"", "vide.xml").status_code == 422
    assert "Donner un fichier" not in auditor.text("/bank")
    assert first.get("/bank/lines/99").status_code == 404
    assert service.checksum() == before
