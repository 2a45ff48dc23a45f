"""The life of a phone at the scan API: paired, away, late, revoked, paired anew with its queue."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.support.cast import PARIS, FixedDate, Grace
from tests.support.problems import refused
from tests.support.service import Service
from voucher_service.actions import accrediting
from voucher_service.actions.checking import check_books
from voucher_service.store import book, tables

LEISURE = "Loisirs et créations numériques"
BATCH = "/scan/v1/redemptions/batch"


class Phone:
    """A phone at PiNG that keeps scans and sends them, with a clock that may be wrong."""

    def __init__(self, service: Service, nantes: Any, campaign: int, **of_clock: float) -> None:
        self.service, self.nantes, self.world = service, nantes, service.world
        self.wrong_by = timedelta(**of_clock)
        self.token: str | None = None
        self.kept: list[dict] = []
        accrediting.approve_for_campaign(
            self.world.session, campaign, nantes.ping.association, "token:1", self.world.now
        )

    def clock(self) -> str:
        return (self.world.now + self.wrong_by).isoformat()

    def pair(self, site: int | None = None) -> None:
        site = site or self.nantes.ping.site
        opened = self.nantes.operator.post(f"/sites/{site}/pairings")
        body = {"pairing_code": opened.get_json()["pairing_code"], "name": "Accueil"}
        answer = self.service.send("POST", "/scan/v1/devices", self.token, json=body)
        assert answer.status_code == 201, answer.text
        paired = answer.get_json()
        self.device, self.token = paired["device"], paired["token"]

    def keep(self, code: str) -> None:
        scan_id = f"scan-{len(self.kept):04d}-{len(code)}"
        scan = {"scan_id": scan_id, "code": code, "service": LEISURE, "offline": True}
        self.kept.append(scan | {"scanned_at": self.clock()})

    def send(self, kept: list[dict] | None = None):
        body = {"sent_at": self.clock(), "scans": self.kept if kept is None else kept}
        return self.service.send("POST", BATCH, self.token, json=body)

    def verdicts(self, kept: list[dict] | None = None) -> Any:
        answer = self.send(kept)
        assert answer.status_code == 200, answer.text
        return answer.json["verdicts"]

    def moments(self) -> list[datetime]:
        uses = self.world.session.query(tables.Redemption).order_by(tables.Redemption.id)
        return [use.moment for use in uses]

    def last_contact(self) -> datetime:
        self.world.session.rollback()
        return self.world.session.get_one(tables.Device, int(self.device)).last_contact_at


class Evening:
    """A campaign that ends tonight in Paris, and its passes in somebody's hands."""

    def __init__(self, service: Service, nantes: Any, **changed: object) -> None:
        world = service.world
        self.rules = {"validity": FixedDate(date(2026, 11, 16)), "grace": Grace.NONE} | changed
        self.campaign = world.campaign({nantes.etat: 1}, **self.rules)
        order = world.order(self.campaign, 1)
        world.fund(order)
        [serial] = world.issue(order)
        world.stock([serial], nantes.ccas)
        world.hand_over(serial, nantes.ccas)
        self.codes = world.codes(serial)


@pytest.fixture
def evening(service, nantes) -> Evening:
    return Evening(service, nantes)


@pytest.fixture
def phone(service, nantes, evening: Evening) -> Phone:
    phone = Phone(service, nantes, evening.campaign)
    phone.pair()
    return phone


NOON_OF_THE_LAST_DAY = datetime(2026, 11, 16, 12, 0, tzinfo=PARIS)


@pytest.mark.parametrize("hours", [-3, 5])
def test_a_scan_of_the_last_day_counts_when_it_arrives_days_later_whatever_the_phone_s_clock_says(
    service, nantes, evening: Evening, hours: int
):
    phone = Phone(service, nantes, evening.campaign, hours=hours)
    phone.pair()
    service.world.now = NOON_OF_THE_LAST_DAY
    phone.keep(evening.codes[0])
    service.world.later(days=3)
    [verdict] = phone.verdicts()
    assert verdict["verdict"] == "accepted"
    assert phone.moments() == [NOON_OF_THE_LAST_DAY]


def test_a_scan_dated_before_the_last_contact_is_taken_for_one_made_just_after(
    phone: Phone, evening: Evening, monkeypatch: pytest.MonkeyPatch
):
    """The pass ended meanwhile: dating the scan back does not help."""
    monkeypatch.setattr(book, "PHONE_SECONDS", -1)  # seconds in which nothing can be gained
    phone.keep(evening.codes[0])
    phone.world.later(days=2)
    assert phone.verdicts([]) == []
    assert phone.last_contact() == phone.world.now
    phone.world.later(hours=1)
    [verdict] = phone.verdicts()
    assert verdict["reason"] == "expired"


def test_a_scan_dated_ahead_is_taken_for_one_made_now(phone: Phone, evening: Evening):
    phone.world.later(days=1)
    phone.keep(evening.codes[0])
    phone.kept[0]["scanned_at"] = NOON_OF_THE_LAST_DAY.replace(year=2030).isoformat()
    assert phone.verdicts()[0]["reason"] == "expired"


def test_more_than_a_week_is_too_late(phone: Phone, evening: Evening):
    phone.keep(evening.codes[0])
    phone.world.later(days=7, seconds=1)
    assert phone.verdicts()[0]["reason"] == "offline_too_late"


def test_a_batch_keeps_its_order_and_each_scan_its_own_verdict(service, nantes):
    evening = Evening(service, nantes, offline_passes_per_day=2)
    phone = Phone(service, nantes, evening.campaign)
    phone.pair()
    for code in (evening.codes[0], "no pass", *evening.codes[1:3]):
        phone.keep(code)
    told = [verdict.get("reason", "accepted") for verdict in phone.verdicts()]
    assert told == ["accepted", "unreadable", "accepted", "offline_limit"]
    again = phone.verdicts()
    assert [verdict.get("echo") for verdict in again] == [True, None, True, None]
    assert check_books(service.world.session) == []


def test_a_batch_in_which_a_scan_has_no_verdict_is_no_last_contact(phone: Phone, evening: Evening):
    """That scan stays on the phone, and keeps its day when it is sent again."""
    contact = phone.last_contact()
    phone.keep(evening.codes[0])
    phone.keep(evening.codes[1])
    phone.kept[1]["scan_id"] = phone.kept[0]["scan_id"]
    phone.world.later(days=1)
    verdicts = phone.verdicts()
    assert [verdict["verdict"] for verdict in verdicts] == ["accepted", "error"]
    assert (verdicts[1]["status"], verdicts[1]["reason"]) == (409, "scan_id_reused")
    assert phone.last_contact() == contact
    phone.kept[1]["scan_id"] = "scan-corrected"
    assert [verdict["verdict"] for verdict in phone.verdicts()] == ["accepted"] * 2
    assert phone.last_contact() == phone.world.now


def test_a_full_batch_is_no_last_contact_either(phone: Phone):
    contact = phone.last_contact()
    for turn in range(100):
        phone.keep("no pass")
        phone.kept[turn]["scan_id"] = f"scan-{turn:04d}"
    phone.world.later(days=1)
    assert len(phone.verdicts()) == 100
    assert phone.last_contact() == contact
    phone.keep("no pass")
    refused(phone.send(), 422, "invalid", "scans")


# Revoked


def revoke(phone: Phone) -> None:
    phones = phone.nantes.operator.get(f"/sites/{phone.nantes.ping.site}/devices").json["items"]
    assert [one["name"] for one in phones] == ["Téléphone d'accueil", "Accueil"]
    assert phones[1]["id"] == phone.device
    assert phone.nantes.operator.delete(f"/devices/{phone.device}").status_code == 204


def test_a_revoked_phone_is_told_so_by_every_call(phone: Phone, evening: Evening):
    phone.keep(evening.codes[0])
    revoke(phone)
    refused(phone.send(), 401, "device_revoked")
    for path in ("trust", "snapshot", "redemptions", "refusals"):
        answer = phone.service.send("GET", f"/scan/v1/{path}", phone.token)
        refused(answer, 401, "device_revoked")
    assert phone.world.session.query(tables.Redemption).count() == 0


def test_paired_anew_it_sends_what_it_kept_and_each_scan_keeps_its_day(
    phone: Phone, evening: Evening
):
    phone.world.now = NOON_OF_THE_LAST_DAY
    phone.keep(evening.codes[0])
    phone.world.later(hours=20)
    revoke(phone)
    phone.world.later(days=1)
    phone.pair()
    assert phone.verdicts()[0]["verdict"] == "accepted"
    assert phone.moments() == [NOON_OF_THE_LAST_DAY]
    phone.world.later(hours=1)
    assert phone.verdicts()[0]["echo"] is True


def test_but_no_scan_is_older_than_the_last_contact_under_the_pairing_before(
    phone: Phone, evening: Evening
):
    phone.keep(evening.codes[0])
    phone.world.later(days=2)
    phone.verdicts([])
    contact = phone.last_contact()
    phone.world.later(hours=1)
    phone.pair()
    assert phone.last_contact() == contact
    assert phone.verdicts()[0]["reason"] == "expired"


def test_of_a_phone_that_does_not_show_who_it_was_no_scan_is_older_than_its_pairing(
    phone: Phone, evening: Evening
):
    phone.keep(evening.codes[0])
    phone.world.later(days=1)
    for shown in (None, "nobody's", phone.nantes.alis44.token):
        phone.token = shown
        phone.pair()
        assert phone.last_contact() == phone.world.now
        assert phone.verdicts()[0]["reason"] == "expired"
    alis44 = phone.world.session.get_one(tables.Device, phone.nantes.alis44.device)
    assert alis44.revoked_at is None


def test_pairing_anew_ends_the_pairing_before(phone: Phone):
    before = phone.token
    phone.pair()
    answer = phone.service.send("GET", "/scan/v1/trust", before)
    refused(answer, 401, "device_revoked")
    assert phone.service.send("GET", "/scan/v1/trust", phone.token).status_code == 200


def test_a_phone_is_told_whose_site_it_joined(phone: Phone, service, nantes):
    code = nantes.operator.post(f"/sites/{nantes.alis44.site}/pairings").json["pairing_code"]
    body = {"pairing_code": code, "name": "Accueil"}
    answer = service.send("POST", "/scan/v1/devices", phone.token, json=body).json
    assert (answer["site"], answer["association"]) == (
        str(nantes.alis44.site),
        str(nantes.alis44.association),
    )
