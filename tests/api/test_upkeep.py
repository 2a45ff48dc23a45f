"""Sites reported wrong and stuck mails, as machines look after them."""

from tests.support.problems import refused
from voucher_service.actions import reporting
from voucher_service.actions.reporting import Topic
from voucher_service.store import mails
from voucher_service.store.outbox import tell


def test_a_report_is_listed_until_somebody_says_what_was_done(service, nantes):
    world, site = service.world, nantes.ping.site
    reporting.report(world.session, site, Topic.PHONE, "Personne ne répond", world.now)
    world.session.commit()
    [found] = service.by("auditor").get("/site-reports").json["items"]
    assert (found["site"], found["topic"], found["times"]) == (str(site), "phone", 1)
    path = f"/site-reports/{found['id']}/end"
    assert nantes.operator.post(path, {"answer": "Numéro corrigé"}).status_code == 204
    refused(nantes.operator.post(path, {"answer": "Encore"}), 409, "ended_already")
    assert nantes.operator.get("/site-reports").json == {"items": []}


def test_stuck_mails_are_listed_and_tried_again(service, nantes):
    session, now = service.world.session, service.world.now
    tell(session, "closing_approved", {"campaign": nantes.campaign, "round": 1}, now)
    for number in mails.to_address(session, 99):
        mails.address(session, number, [mails.Recipient("x@example.org", "fr")], now)
    for mail in mails.due(session, now, 99):
        mails.failed(session, mail, "550 No such user", now, for_good=True)
    session.commit()
    found = nantes.operator.get("/mails").json
    assert found["waiting"] == 0
    stuck = {one["topic"]: (one["address"], one["trouble"]) for one in found["stuck"]}
    assert stuck["closing_approved"] == ("x@example.org", "550 No such user")
    again = nantes.operator.post("/mails/again").json["again"]
    assert again == len(found["stuck"])
    assert nantes.operator.get("/mails").json["stuck"] == []
