"""The settlement desk: a month is closed by one person, approved by another, paid by both."""

import re

from tests.support.operators import Operator, operator, plain, refused
from tests.support.service import Service
from voucher_service.store import tables

MONTH = "/periods/2026-11"
BATCH = "/batches/VP-2026-000001"


def close(first: Operator) -> str:
    """The first person opens November and closes it: the page of the job, before it is done."""
    first.done("/periods", "/periods", {"month": "2026-11"})
    job = first.done(MONTH, f"{MONTH}/close")
    first.service.run_jobs()
    return job


def test_a_month_is_opened_once_and_closed_when_it_is_over(first: Operator) -> None:
    assert 'value="2026-11"' in first.text("/periods")
    first.done("/periods", "/periods", {"month": "2026-11"})
    assert 'value="2026-11"' not in first.text("/periods")
    period = first.service.world.session.query(tables.Period).one()
    assert period.cutoff.isoformat() == "2026-11-30T23:00:00+00:00"
    bad = first.send("/periods", "/periods", {"month": "2026-13"})
    assert bad.status_code == 422
    assert 'id="field-month-wrong"' in bad.text
    first.done("/periods", "/periods", {"month": "2026-12"})
    assert "Il se clôture après" in first.text("/periods/2026-12")
    assert "n'est pas encore fini" in plain(
        refused(first, "/periods/2026-12", "/periods/2026-12/close")
    )


def test_two_persons_settle_a_month_and_neither_can_do_it_alone(
    first: Operator, second: Operator
) -> None:
    job = close(first)
    assert "en attente" in job
    assert "Actualiser" in job
    _compare(first)
    assert "Relevé à approuver" in first.text(f"{MONTH}/payables")
    assert "C'est vous qui avez clôturé ce mois" in plain(first.text(MONTH))
    assert "Une autre personne" in refused(first, MONTH, f"{MONTH}/approve")
    _read_one(first, second)
    assert "4 relevés sont approuvés" in second.done(MONTH, f"{MONTH}/approve")
    _pay(first, second)


def _compare(first: Operator) -> None:
    grid = plain(first.text(f"{MONTH}/grid"))
    assert "Les deux totaux sont égaux" in grid
    assert grid.count("110,00 €") >= 4
    assert re.search(r"PiNG.*70,00 €", grid, re.DOTALL)
    assert "Financeur 3" in first.text(f"{MONTH}/statements")


def _read_one(first: Operator, second: Operator) -> None:
    page = "/statements/RA-2026-000001"
    assert "PiNG" in first.text(page)
    refused(first, page, f"{page}/approve")
    assert "approuvé" in second.done(page, f"{page}/approve")
    for form, begins in (("json", b"{"), ("csv", b"\xef\xbb\xbf"), ("pdf", b"%PDF")):
        file = second.get(f"{page}/{form}")
        assert file.data.startswith(begins)
        assert f"RA-2026-000001.{form}" in file.headers["Content-Disposition"]
    assert "Alis44" in first.text("/statements/RF-2026-000001")


def _pay(first: Operator, second: Operator) -> None:
    second.done(f"{MONTH}/payables", f"{MONTH}/batches")
    bad = first.send(BATCH, f"{BATCH}/cancel")
    assert bad.status_code == 422
    assert "Mauvais jour" in first.done(BATCH, f"{BATCH}/cancel", {"reason": "Mauvais jour"})
    again = BATCH[:-1] + "2"
    shown = second.done(f"{MONTH}/payables", f"{MONTH}/batches")
    assert "FR7630006000011234567890189" not in shown
    refused(second, again, f"{again}/approve")
    assert first.get(f"{again}/file").status_code == 409
    first.done(again, f"{again}/approve")
    file = first.get(f"{again}/file")
    assert file.data == second.get(f"{again}/file").data
    assert b"FR7630006000011234567890189" in file.data
    assert "en route" in first.text(again)
    assert "approuvé" in first.text("/batches")


def test_only_finance_acts_an_auditor_reads_and_the_first_page_counts(
    first: Operator, service: Service
) -> None:
    quiet = plain(first.text(""))
    assert "Le compte cantonné couvre ce qui est dû" in quiet
    assert "Rien n'attend" in quiet
    close(first)
    assert re.search(r"Relevés à approuver <span class=\"figure\">5<", first.text(""))
    auditor, support = operator(service, "auditor"), operator(service, "operator_support")
    assert "Approuver tous les relevés" not in auditor.text(MONTH)
    refused(auditor, MONTH, f"{MONTH}/approve", 403)
    assert "Aucun lot" in auditor.text("/batches")
    assert "Aucun paiement" in auditor.text("/returns")
    assert support.get(MONTH).status_code == 403
    assert "Relevés à approuver" not in support.text("")
