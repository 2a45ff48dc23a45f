"""Mails as the background carries them, with a real post office, whatever happens to either."""

import os
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from itertools import pairwise
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.cast import MIDDLE_OF_NOVEMBER, PING, World
from tests.support.mailbox import OPERATOR, certificate, open_mailbox
from tests.support.racing import at_once
from tests.support.service import Service, running_service
from voucher_service.config import Mode
from voucher_service.core.posts import Post
from voucher_service.jobs import mails as carrier
from voucher_service.mail import carrier as post
from voucher_service.store import mails, tables, upkeep
from voucher_service.store.once import insert_row, update_if
from voucher_service.store.outbox import tell
from voucher_service.store.queries.mails import standing

CONTACT = "contact@ping.example"
CCAS = {"ccas@example.org"}

#: A process of its own that carries once, as a worker does.
CARRIER = """
from voucher_service.config import read_settings
from voucher_service.jobs.mails import carry
from voucher_service.store.opening import open_database
from voucher_service.store.session import Session
settings = read_settings()
engine = open_database(settings.database_url)
carry(lambda: Session(engine), settings)
"""


@pytest.fixture
def service(engine: Engine, database_url: str, tmp_path: Path) -> Iterator[Service]:
    with running_service(engine, database_url, tmp_path) as service:
        yield service


@pytest.fixture
def tell_ping(service: Service) -> Callable[..., None]:
    """PiNG is told that an incident of its own is over."""
    association = service.world.association(PING)

    def leave(incident: int = 1) -> None:
        world = service.world
        told = {"incident": incident, "association": association}
        tell(world.session, "incident_closed", told, world.now)
        world.session.commit()

    return leave


def employ(world: World, email: str, language: str, post: Post, tenant: int | None) -> int:
    """Somebody with a post."""
    number = insert_row(
        world.session,
        tables.Person,
        name=email,
        email=email,
        language=language,
        handle=email.encode(),
        created_at=world.now,
    )
    insert_row(
        world.session,
        tables.Membership,
        person_id=number,
        post=post.value,
        tenant_id=tenant,
        given_at=world.now,
        given_by="test",
    )
    return number


def rows(service: Service) -> list[tables.Mail]:
    service.world.session.rollback()
    return list(service.world.session.scalars(select(tables.Mail).order_by(tables.Mail.id)))


def test_what_is_told_arrives_once(service, mailbox, tell_ping):
    tell_ping(7)
    assert mailbox.carry(service) == carrier.Round(sent=1)
    assert mailbox.carry(service) == carrier.Round()
    [received] = mailbox.received
    assert received.to == CONTACT
    assert received.subject == "Incident 7 : c'est fini"
    assert "L'incident 7 de PiNG est fini." in received.text
    assert received.links == ["https://pass.example.org/desk"]
    assert received.message_id == f"<1.{rows(service)[0].id}@pass.example.org>"
    assert received.mail["Content-Language"] == "fr"
    assert received.mail["Auto-Submitted"] == "auto-generated"


def test_everybody_concerned_is_told_in_a_mail_of_their_own(service, mailbox, tell_ping):
    world = service.world
    manager = employ(world, "jo@ping.example", "en", Post.ASSOCIATION_MANAGER, 1)
    employ(world, "sam@ping.example", "fr", Post.SITE_STAFF, 1)
    employ(world, "lou@alis44.example", "fr", Post.ASSOCIATION_MANAGER, 2)
    gone = employ(world, "max@ping.example", "fr", Post.ASSOCIATION_MANAGER, 1)
    world.session.get_one(tables.Person, gone).disabled_at = world.now
    tell_ping(3)
    assert mailbox.carry(service).sent == 2
    assert mailbox.addresses() == {CONTACT, "jo@ping.example"}
    assert mailbox.newest(to=CONTACT).subject == "Incident 3 : c'est fini"
    assert mailbox.newest(to="jo@ping.example").subject == "Incident 3: it is over"
    world.session.get_one(tables.Person, manager).email = CONTACT  # then one mail is enough
    tell_ping(4)
    assert mailbox.carry(service).sent == 1


def test_funders_points_and_the_operator_are_found_by_their_posts(service, mailbox):
    world = service.world
    funders = [world.funder(name) for name in ("Ville", "Département")]
    campaign, point = world.campaign(dict.fromkeys(funders, 1)), world.point()
    for number in funders:
        employ(world, f"f{number}@example.org", "fr", Post.FUNDER_APPROVER, number)
    employ(world, "reader@example.org", "fr", Post.FUNDER_READER, funders[0])
    employ(world, "ccas@example.org", "fr", Post.POINT_MANAGER, point)
    employ(world, "finance@example.org", "fr", Post.OPERATOR_FINANCE, None)
    told = {"campaign": campaign, "points": [point]}
    tell(world.session, "closing_started", told, world.now)
    mailbox.carry(service)
    assert mailbox.addresses() == {*(f"f{number}@example.org" for number in funders), *CCAS}
    tell(world.session, "closing_approved", {"campaign": campaign, "round": 1}, world.now)
    mailbox.carry(service)
    assert "tous les financeurs sont d'accord" in mailbox.newest(to="finance@example.org").subject


def test_what_nobody_would_read_goes_to_the_operator_who_can_call(service, mailbox):
    world = service.world
    told = {"funder": world.funder("Ville"), "number": "AF-2026-000001"}
    tell(world.session, "call_for_funds", told, world.now)
    mailbox.carry(service)
    assert mailbox.newest().to == OPERATOR


def test_a_server_that_is_away_costs_nothing_but_time(service, mailbox, tell_ping):
    tell_ping()
    ours = mailbox.of(service.services.settings)
    away = replace(ours, mail=replace(ours.mail, port=1))
    sessions = sessionmaker(service.world.engine)
    service.world.session.commit()
    assert carrier.carry(sessions, away, service.services.now) == carrier.Round(away=True)
    assert [(row.tries, row.trouble) for row in rows(service)] == [(0, None)]
    assert mailbox.carry(service).sent == 1


def test_a_refused_recipient_waits_for_a_person_and_holds_nobody_up(service, mailbox, tell_ping):
    mailbox.answers[CONTACT] = "550 No such user here"
    tell_ping(1)
    tell(service.world.session, "closing_approved", {"campaign": 99, "round": 1}, service.world.now)
    tell(service.world.session, "unheard_of", {}, service.world.now)
    told = {"to": "y@example.org", "association": 1, "iban": "FR76"}
    tell(service.world.session, "bank_account_proposed", told, service.world.now)
    assert mailbox.carry(service) == carrier.Round(sent=1, failed=2)
    assert mailbox.addresses() == {"y@example.org"}
    service.world.session.rollback()
    found = standing(service.world.session)
    # The unknown campaign may be known after a repair: that one is tried again by itself.
    assert found.waiting == 1
    assert [(one.topic, one.address) for one in found.stuck] == [
        ("unheard_of", None),
        ("incident_closed", CONTACT),
    ]
    assert found.stuck[1].trouble == "550 No such user here"
    assert "KeyError" in found.stuck[0].trouble
    mailbox.answers.clear()
    service.world.session.rollback()
    assert mails.again(service.world.session, service.world.now) == 2
    assert mailbox.carry(service).sent == 1
    assert mailbox.newest(to=CONTACT).subject.startswith("Incident 1")


def test_a_mail_not_taken_now_is_tried_again_with_growing_pauses(
    service, mailbox, tell_ping, monkeypatch
):
    mailbox.answers[CONTACT] = "451 Try later"
    tell_ping()
    tried = []
    monkeypatch.setattr(mails, "PAUSES", (*mails.PAUSES[:4], timedelta(hours=12)))
    while not (found := rows(service)) or found[0].given_up_at is None:
        if mailbox.carry(service).failed:
            tried.append(service.world.now)
        service.world.now = rows(service)[0].due_at
    pauses = [(after - before).seconds // 60 for before, after in pairwise(tried)]
    assert pauses[:4] == [2, 5, 15, 60]
    assert set(pauses[4:]) == {12 * 60}
    assert tried[-1] - tried[0] > timedelta(days=5)
    assert mailbox.received == []
    assert rows(service)[0].trouble == "451 Try later"


def test_a_process_killed_after_the_server_took_a_mail_sends_it_again_recognisably(
    service, database_url, tmp_path, mailbox, tell_ping
):
    tell_ping()
    mailbox.hold = threading.Event()
    environment = os.environ | {
        "VOUCHER_HOME": str(tmp_path),
        "VOUCHER_DATABASE_URL": database_url,
        "VOUCHER_BASE_URL": "https://pass.example.org",
        "VOUCHER_SMTP_HOST": "127.0.0.1",
        "VOUCHER_SMTP_PORT": str(mailbox.port),
        "VOUCHER_SMTP_SECURITY": "none",
    }
    program = [sys.executable, "-c", CARRIER]
    service.world.session.commit()
    with subprocess.Popen(program, env=environment, stdout=subprocess.DEVNULL) as killed:
        assert mailbox.arrived.wait(120)
        killed.send_signal(signal.SIGKILL)
    mailbox.hold.set()
    mailbox.hold = None
    assert [row.sent_at for row in rows(service)] == [None]
    service.world.now = rows(service)[0].due_at - timedelta(seconds=1)
    assert mailbox.carry(service).sent == 0
    service.world.later(seconds=1)
    assert mailbox.carry(service).sent == 1
    first, second = mailbox.received
    assert first.message_id == second.message_id
    assert first.subject == second.subject


def test_a_demonstration_keeps_its_mails_as_files_for_its_owner(service, tell_ping, tmp_path):
    tell_ping()
    service.world.session.commit()
    sessions, settings = sessionmaker(service.world.engine), service.services.settings
    assert carrier.carry(sessions, settings, service.services.now).sent == 1
    [path] = (tmp_path / "mails").iterdir()
    assert path.stat().st_mode & 0o77 == 0
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (mail["To"], mail["Subject"]) == (CONTACT, "Incident 1 : c'est fini")


def test_addresses_are_forgotten_after_some_months(service, mailbox, tell_ping):
    tell_ping()
    mailbox.carry(service)
    service.world.later(days=89)
    assert upkeep.forget_mails(service.world.session, service.world.now) == 0
    service.world.later(days=2)
    assert upkeep.forget_mails(service.world.session, service.world.now) == 1


def claimants(engine: Engine, due: int, now: datetime) -> int:
    """How many of eight processes got a mail that is due."""

    def take() -> bool:
        with Session(engine) as session, session.begin():
            return mails.claim(session, due, now) is not None

    return at_once([take] * 8).count(True)


@pytest.fixture
def due_on_postgres(pg_engine: Engine) -> tuple[int, datetime]:
    now = MIDDLE_OF_NOVEMBER
    with Session(pg_engine) as session:
        tell(session, "closing_approved", {}, now)
        mails.address(session, 1, [mails.Recipient(CONTACT, "fr")], now)
        session.commit()
        [number] = mails.due(session, now, 10)
    return number, now


def test_of_many_carriers_one_gets_a_mail(pg_engine, due_on_postgres):
    number, now = due_on_postgres
    assert claimants(pg_engine, number, now) == 1


def test_without_the_condition_many_carriers_would_send_it(pg_engine, due_on_postgres, monkeypatch):
    number, now = due_on_postgres

    def unconditional(session, table, *conditions, **values):
        return update_if(session, table, conditions[0], **values)

    monkeypatch.setattr(mails, "update_if", unconditional)
    assert claimants(pg_engine, number, now) > 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_password_never_goes_over_an_open_way(service, mailbox, tell_ping, security):
    tell_ping()
    mailbox.carry(service)
    tell_ping(2)
    ours = mailbox.of(service.services.settings)
    ours = replace(ours, mail=replace(ours.mail, security=security, user="u", password="p"))
    sessions = sessionmaker(service.world.engine)
    service.world.session.commit()
    assert carrier.carry(sessions, ours, service.services.now) == carrier.Round(away=True)
    assert len(mailbox.received) == 1


def test_whoever_has_a_statement_is_told_of_it(service, mailbox):
    world = service.world
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 2)
    employ(world, "funder@example.org", "en", Post.FUNDER_APPROVER, autumn.funders[0])
    world.now = END_OF_NOVEMBER
    world.close("2026-11", END_OF_NOVEMBER)
    mailbox.carry(service)
    assert mailbox.newest(to=CONTACT).subject == "Votre relevé RA-2026-000001 est prêt"
    assert mailbox.newest(to="funder@example.org").subject.startswith("Your statement RF-2026-")
    assert "your share" in mailbox.newest(to="funder@example.org").text
    before = len(mailbox.received)
    world.close("2026-11", END_OF_NOVEMBER)
    mailbox.carry(service)
    assert len(mailbox.received) == before


def test_a_password_is_given_once_the_way_is_closed(service, tell_ping, tmp_path, monkeypatch):
    crt, secret = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(crt))  # the authority that this machine trusts
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(crt, secret)
    monkeypatch.setattr(post, "TIMEOUT_SECONDS", 1.0)  # a refused login is followed by silence
    given = []

    def know(_server, _session, _envelope, _mechanism, data):
        given.append((data.login, data.password))
        return AuthResult(success=data.password == b"open sesame")

    closed = {"tls_context": context, "require_starttls": True, "authenticator": know}
    with open_mailbox(**closed, auth_required=True) as mailbox:
        tell_ping()
        service.world.session.commit()
        sessions, ours = sessionmaker(service.world.engine), mailbox.of(service.services.settings)
        for password, outcome in (("wrong", "away"), ("open sesame", "sent")):
            mail = replace(ours.mail, security="starttls", user="pass", password=password)
            done = carrier.carry(sessions, replace(ours, mail=mail), service.services.now)
            assert getattr(done, outcome), done
    assert given == [(b"pass", b"wrong"), (b"pass", b"open sesame")]
    assert mailbox.addresses() == {CONTACT}


def test_production_without_a_post_office_keeps_its_mails_waiting(service, tell_ping, tmp_path):
    tell_ping()
    service.world.session.commit()
    sessions = sessionmaker(service.world.engine)
    settings = replace(service.services.settings, mode=Mode.PRODUCTION)
    assert carrier.carry(sessions, settings, service.services.now).away
    assert not (tmp_path / "mails").exists()
    assert [row.sent_at for row in rows(service)] == [None]
