"""Disputed statements at the operator's desk: from the queue to the correction and the answer."""

import re
from datetime import datetime

from tests.support.operators import november, operator, plain, refused
from tests.support.service import Service
from voucher_service.actions import paying
from voucher_service.actions.disputing_statements import dispute_statement
from voucher_service.core.campaign import PARIS
from voucher_service.core.disputes import Line, Wrong
from voucher_service.store import tables

CUTOFF = datetime(2026, 12, 1, tzinfo=PARIS)
PAGE = "/statement-disputes/1"


def disputed(service: Service, wrong: Wrong) -> int:
    """PiNG says that something is wrong with its November; the campaign's number."""
    world, autumn = service.world, november(service.world)
    paying.top_up(world.session, autumn.campaign, "VIR op", 1_000, world.now)
    number = next(n for n in world.close("2026-11", CUTOFF) if n.startswith("RA"))
    line = Line("00000001", 1) if wrong is Wrong.USE_MISSING else Line()
    dispute_statement(world.session, number, wrong, line, "Un oubli.", "person:1", world.now)
    world.session.commit()
    return autumn.campaign


def test_a_missing_pass_is_corrected_by_an_incident_that_the_answer_names(service: Service):
    campaign = disputed(service, Wrong.USE_MISSING)
    first, second = operator(service), operator(service)
    support = operator(service, "operator_support")
    assert 'href="/operator/statement-disputes"' in support.text("")
    assert "Un pass manque" in support.text("/statement-disputes")
    shown = plain(support.text(PAGE))
    for said in ("« Un oubli. »", "Ce pass n'est pas sur ce relevé.", "n'a jamais été pris"):
        assert said in shown
    assert "Préparer la correction" not in shown
    assert "Préparer la correction" in first.text(PAGE)
    form = plain(first.text("/incidents/new?dispute=1"))
    given = dict(re.findall(r'<input id="[^"]+" name="(\w+)" type="text" value="([^"]*)"', form))
    assert given == {"association": "1", "amount": "10,00", "reference": "RA-2026-000001/1"}
    assert f'<option value="{campaign}" selected>' in form
    incident = given | {"kind": "goodwill", "campaign": str(campaign), "reason": "Oubli"}
    first.done("/incidents/new?dispute=1", "/incidents/amount", incident)
    twice = refused(first, "/incidents/new?dispute=1", "/incidents/amount", 409, incident)
    assert "déjà ouvert" in twice
    answer = {"outcome": "upheld", "incident": "1", "answer": "Vous serez payés."}
    assert "d'abord accepter" in plain(refused(support, PAGE, PAGE, 409, answer))
    second.done("/incidents/1", "/incidents/1/accept", {"resolution": "Oubli"})
    assert "Incident n° 1, Geste commercial, 10,00 €" in plain(support.text(PAGE))
    assert "envoyée à la structure" in support.done(PAGE, PAGE, answer)
    assert "Corrigé par l'incident n° 1." in plain(support.text(PAGE))
    assert "déjà donnée" in refused(support, PAGE, PAGE, 409, answer)
    assert "n° 1" in support.text("/statement-disputes?state=upheld")


def test_an_account_that_is_not_theirs_is_urgent_and_an_auditor_only_reads(service: Service):
    disputed(service, Wrong.ACCOUNT)
    finance, auditor = operator(service), operator(service, "auditor")
    shown = plain(finance.text(PAGE))
    assert "Un virement peut partir sur ce compte." in shown
    assert "Préparer la correction" not in shown
    assert "Envoyer la réponse" not in auditor.text(PAGE)
    refused(auditor, PAGE, PAGE, 403, {"outcome": "rejected", "answer": "non"})
    named = {"outcome": "rejected", "answer": "C'est le vôtre.", "incident": "7"}
    assert "ne nommez aucune correction" in refused(finance, PAGE, PAGE, 422, named)
    finance.done(PAGE, PAGE, {"outcome": "rejected", "answer": "C'est celui de votre RIB."})
    row = service.world.session.query(tables.StatementDispute).one()
    assert (row.outcome, row.incident_id) == ("rejected", None)
    assert finance.get("/statement-disputes/99").status_code == 404
