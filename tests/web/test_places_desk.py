"""Files of places, reports of wrong sites and stuck mails, at the desks that look after them."""

import io
from pathlib import Path

import pytest

from tests.support.cast import ALIS44, PING
from tests.support.desks import Desks, hidden_fields, sign_in
from tests.support.nantes import nantes_of
from tests.support.places_files import good_rows, to_csv
from tests.support.service import running_service
from voucher_service.actions import reporting
from voucher_service.actions.reporting import Topic
from voucher_service.mail.topics import TOPICS
from voucher_service.store import mails, tables
from voucher_service.store.engine import make_engine
from voucher_service.store.outbox import tell
from voucher_service.web.desk_words import sentences


@pytest.fixture
def service(sqlite_url, tmp_path):
    with running_service(make_engine(sqlite_url), sqlite_url, tmp_path) as service:
        yield service


@pytest.fixture
def nantes(service):
    return nantes_of(service)


class At:
    """Somebody at a desk."""

    def __init__(self, service, post, tenant=None):
        self.service, self.client = service, service.app.test_client()
        service.world.session.commit()
        sign_in(self.client, post, tenant)

    def get(self, path):
        self.service.world.session.commit()
        return self.client.get(path)

    def send(self, page, action, **fields):
        sent = hidden_fields(self.get(page).text) | fields
        answer = self.client.post(action, data=sent)
        self.service.world.session.expire_all()
        return answer

    def bring(self, desk, content, name="lieux.csv", **fields):
        return self.send(
            f"/{desk}/places/import",
            f"/{desk}/places/import",
            file=(io.BytesIO(content), name, "text/csv"),
            **fields,
        )

    def follow(self, answer):
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["Location"]).text.replace("\u202f", " ")


@pytest.fixture
def support(service, nantes):  # noqa: ARG001 - there is a scheme
    return At(service, "operator_support")


def sites(service):
    service.world.session.commit()
    return service.world.session.query(tables.Site).count()


@pytest.mark.usefixtures("nantes")
def test_the_operator_sees_what_a_file_changes_before_it_does(service, support):
    before = sites(service)
    rows = good_rows(4, [PING[1], ALIS44[1]])
    brought = support.bring("operator", to_csv(rows))
    page = support.follow(brought)
    assert "Ce fichier n&#39;a aucune erreur." in page
    assert sites(service) == before
    file = brought.headers["Location"]
    page = support.follow(support.send(file, file))
    assert "C&#39;est fait : 4 lieux ajoutés, 0 changés." in page
    assert sites(service) == before + 4
    assert support.send(file, file).status_code == 409
    rows[0] |= {"horaires": "Mo 10:00-12:00", "date_maj": "2026-11-01"}
    page = support.follow(support.bring("operator", to_csv(rows)))
    assert "Mo 10:00-12:00" in page
    assert rows[0]["nom"].split(" « ")[0] in page


@pytest.mark.usefixtures("nantes")
def test_every_fault_is_shown_and_nothing_is_taken_over(service, support):
    rows = good_rows(3, [PING[1], "W999999999"], seed=5)
    rows[1] |= {"code_postal": "=4400", "telephone": "12"}
    brought = support.bring("operator", to_csv(rows))
    file, page = brought.headers["Location"], support.follow(brought)
    assert "Erreurs dans ce fichier : 2. Rien n&#39;est repris." in page
    assert "« =4400 » n&#39;est pas un code postal." in page
    listed = support.get(f"{file}/faults.csv")
    assert listed.text.startswith("\ufeff3;code_postal;« =4400 »") or "code_postal" in listed.text
    before = service.checksum()
    refused = support.send(file, file)
    assert refused.status_code == 422
    assert "Ce fichier a des erreurs. Rien n&#39;est repris." in refused.text
    assert service.checksum() == before
    rows[1] |= {"code_postal": "44000", "telephone": ""}
    page = support.follow(support.bring("operator", to_csv(rows), leave_out="true"))
    assert "aucune erreur" in page


@pytest.mark.parametrize(("content", "name"), [(b"", "x.csv"), (b"x", "")])
def test_no_file_is_said_beside_the_field(support, content, name):
    answer = support.bring("operator", content, name)
    assert answer.status_code == 422
    assert 'id="field-file"' in answer.text


def test_an_association_brings_its_own_places_only(service, nantes):
    ping = At(service, "association_manager", nantes.ping.association)
    alis = At(service, "association_manager", nantes.alis44.association)
    mixed = ping.bring("association", to_csv(good_rows(9, [PING[1], ALIS44[1]])))
    assert "n&#39;est pas le numéro de votre association." in ping.follow(mixed)
    own = ping.bring("association", to_csv(good_rows(2, [PING[1]])))
    file = own.headers["Location"]
    assert alis.get(file).status_code == 404
    before = sites(service)
    assert alis.send("/association/places/import", file).status_code == 404
    assert sites(service) == before
    assert "2 lieux ajoutés" in ping.follow(ping.send(file, file))
    assert sites(service) == before + 2


def test_a_wrong_site_is_looked_after_by_its_association_or_the_operator(service, nantes, support):
    world, site = service.world, nantes.ping.site
    reporting.report(world.session, site, Topic.HOURS, "Fermé le lundi", world.now)
    reporting.report(world.session, site, Topic.CLOSED, None, world.now)
    assert "Lieux signalés faux" in support.get("/operator").text
    alis = At(service, "association_manager", nantes.alis44.association)
    assert "Aucun lieu n&#39;est signalé." in alis.get("/association/site-reports").text
    assert (
        alis.send(
            "/association/site-reports", "/association/site-reports/1", answer="x"
        ).status_code
        == 404
    )
    ping = At(service, "association_manager", nantes.ping.association)
    assert "Fermé le lundi" in ping.get("/association/site-reports").text
    page = ping.follow(
        ping.send("/association/site-reports", "/association/site-reports/1", answer="Corrigé")
    )
    assert "C&#39;est noté." in page
    assert "Corrigé" in page
    empty = support.send("/operator/site-reports", "/operator/site-reports/2", answer=" ")
    assert empty.status_code == 422
    support.follow(support.send("/operator/site-reports", "/operator/site-reports/2", answer="Non"))
    assert "Aucun lieu n&#39;est signalé." in support.get("/operator/site-reports").text


def test_every_kind_of_mail_has_a_name_at_the_desk():
    for language, words in sentences("operator").items():
        assert {f"topic_{topic}" for topic in TOPICS} <= words.keys(), language


def test_stuck_mails_are_seen_and_tried_again(service, support):
    assert "Aucun message n&#39;est bloqué." in support.get("/operator/mails").text
    session, now = service.world.session, service.world.now
    tell(session, "closing_approved", {"campaign": 1, "round": 1}, now)
    [number] = mails.to_address(session, 9)
    mails.address(session, number, [mails.Recipient("x@example.org", "fr")], now)
    mails.failed(session, mails.due(session, now, 9)[0], "550 No such user", now, for_good=True)
    assert "Messages bloqués" in support.get("/operator").text
    page = support.get("/operator/mails").text
    assert "550 No such user" in page
    assert "x@example.org" in page
    assert "Messages qui repartent : 1." in support.follow(
        support.send("/operator/mails", "/operator/mails")
    )
    session.rollback()
    assert len(mails.due(session, now, 9)) == 1


HELP = [
    ("operator_support", "/operator", "operator"),
    ("auditor", "/operator", "auditor"),
    ("site_staff", "/association", "site-staff"),
    ("association_manager", "/association", "association"),
    ("point_clerk", "/point", "point"),
    ("funder_reader", "/funder", "funder"),
]


def test_each_desk_leads_to_the_help_of_who_sits_there(service, nantes):
    tenants = {"site": nantes.ping.association, "association": nantes.ping.association}
    tenants |= {"point": nantes.ccas, "funder": nantes.metropole}
    for post, home, reader in HELP:
        somebody = At(service, post, tenants.get(post.split("_")[0]))
        assert f'href="/help/{reader}"' in somebody.get(home).text, post


def test_everybody_can_use_these_pages(desks: Desks, tmp_path: Path):
    live = desks.live
    world, ping = live.world, live.nantes.ping
    reporting.report(world.session, ping.site, Topic.OTHER, "Une marche haute", live.now())
    world.session.commit()
    desk = desks.open("association_manager", ping.association, width=360)
    desk.open("/association/site-reports").looks_right()
    desk.open("/association/places/import").looks_right()
    rows = good_rows(5, [PING[1]])
    rows[3]["services"] = "Couture"
    file = tmp_path / "lieux.csv"
    file.write_bytes(to_csv(rows))
    desk.page.get_by_label("Le fichier CSV").set_input_files(file)
    desk.press("Regarder ce fichier")
    desk.see("Erreurs dans ce fichier : 1.")
    desk.looks_right()
    rows[3]["services"] = rows[2]["services"]
    desk.follow("Apporter un autre fichier")
    file.write_bytes(to_csv(rows))
    desk.page.get_by_label("Le fichier CSV").set_input_files(file)
    desk.press("Regarder ce fichier")
    desk.see("Nouveaux lieux")
    desk.looks_right()
    desk.press("Reprendre tout le fichier")
    desk.see("C'est fait : 5 lieux ajoutés, 0 changés.")
