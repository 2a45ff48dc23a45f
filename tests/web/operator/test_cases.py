"""Cases at the operator's desk: who opens one does not judge it, and each is judged once."""

from tests.support.autumn import Autumn
from tests.support.operators import Operator, operator, plain, refused
from tests.support.service import Service
from voucher_service.actions import contesting, disputing
from voucher_service.store import tables


def used_twice(service: Service) -> Autumn:
    """A pass taken at PiNG and, without network, at Alis44, which disputes the refusal."""
    world = service.world
    autumn = Autumn(world)
    code = autumn.codes.pop()
    world.redeem(autumn.ping, code, offline=True)
    world.redeem(autumn.alis44, code, offline=True, scan_id="scan-late")
    phone = autumn.alis44
    disputing.dispute(
        world.session, phone.site, phone.device, "scan-late", "La personne était là", world.now
    )
    world.session.commit()
    return autumn


def test_support_answers_a_dispute_once_and_the_site_reads_why(service: Service) -> None:
    used_twice(service)
    support, auditor = operator(service, "operator_support"), operator(service, "auditor")
    assert "La personne était là" in support.text("/disputes")
    page = "/disputes/1"
    shown = plain(support.text(page))
    assert "déjà" in shown
    assert "Envoyer la réponse" not in auditor.text(page)
    refused(support, page, page, 422, {"outcome": "upheld"})
    said = {"outcome": "upheld", "answer": "Vous serez payés."}
    refused(auditor, page, page, 403, said)
    assert "envoyée au lieu" in support.done(page, page, said)
    assert "Vous serez payés." in support.text(page)
    assert "déjà donnée" in refused(support, page, page, 409, said)
    assert "Refus contesté n° 1" in support.text("/disputes?state=upheld")
    assert support.get("/incidents").status_code == 403


def test_an_incident_is_judged_by_somebody_else_and_dismissed_by_anybody(
    service: Service,
) -> None:
    autumn = used_twice(service)
    first, second = operator(service), operator(service)
    assert "Double usage sans réseau" in first.text("/incidents")
    assert "Aucun argent" in first.done(
        "/incidents/1", "/incidents/1/close", {"resolution": "Le lieu connaît la règle."}
    )
    used = service.world.session.query(tables.Redemption).one()
    fraud = {"serial": f"{used.booklet_id:08d}", "number": str(used.number), "reason": "Vu."}
    refused(first, "/incidents/new", "/incidents/fraud", 422, fraud | {"serial": "abc"})
    refused(first, "/incidents/new", "/incidents/fraud", 404, fraud | {"number": "1"})
    assert "Une autre personne doit le juger" in first.done(
        "/incidents/new", "/incidents/fraud", fraud
    )
    page = "/incidents/2"
    reason = {"resolution": "Il n'y avait personne."}
    assert "C'est vous qui avez ouvert" in plain(first.text(page))
    refused(first, page, f"{page}/accept", 409, reason)
    assert "L'argent a bougé" in plain(second.done(page, f"{page}/accept", reason))
    assert "déjà jugé ou terminé" in refused(second, page, f"{page}/close", 409, reason)
    _goodwill(first, autumn)


def _goodwill(first: Operator, autumn: Autumn) -> None:
    amount = {
        "kind": "goodwill",
        "association": str(autumn.ping.association),
        "campaign": str(autumn.campaign),
        "amount": "12,50",
        "reference": "Lettre du 3",
        "reason": "Panne de notre service",
    }
    shown = first.done("/incidents/new", "/incidents/amount", amount)
    assert "12,50" in shown
    assert "déjà ouvert" in refused(first, "/incidents/new", "/incidents/amount", 409, amount)


def test_a_contest_is_decided_by_another_person_after_the_answer(service: Service) -> None:
    world = service.world
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 1)
    world.session.commit()
    first, second, third = operator(service), operator(service), operator(service)
    used = world.session.query(tables.Redemption).one()
    doubt = {"serial": f"{used.booklet_id:08d}", "number": str(used.number), "reason": "Fermé."}
    assert "attend la structure" in first.done("/contests", "/contests", doubt)
    page = "/contests/1"
    decided = {"outcome": "rejected", "reason": "Le lieu était ouvert."}
    assert "peut encore répondre" in refused(second, page, f"{page}/decision", 409, decided)
    contesting.answer(world.session, 1, "Nous étions ouverts.", "person:99", world.now)
    world.session.commit()
    assert "Nous étions ouverts." in second.text(page)
    assert "Vous avez déjà eu un rôle" in plain(first.text(page))
    refused(first, page, f"{page}/decision", 409, decided)
    assert "décidé, appel possible" in second.done(page, f"{page}/decision", decided)
    first.done(page, f"{page}/appeal", {"reason": "Nous ne sommes pas d'accord."})
    refused(second, page, f"{page}/appeal-decision", 409, decided)
    shown = third.done(page, f"{page}/appeal-decision", decided)
    assert "usage maintenu" in shown
    assert "usage maintenu" in third.text("/contests?state=ended")
