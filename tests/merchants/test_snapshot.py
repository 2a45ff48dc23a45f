"""What a phone knows of booklets without network: which are in people's hands, what is spent."""

import gzip
import json

import pytest

from merchants.messages import SnapshotOut
from tests.merchants.test_trust import is_signed
from tests.support.cast import MAILBOX
from voucher_service.actions import accrediting, distributing, ordering, undoing
from voucher_service.core.accreditation import Accreditation
from voucher_service.core.passes import Accepted
from voucher_service.store import tables

SNAPSHOT = "/scan/v1/snapshot"


class Phone:
    """PiNG's phone, as far as snapshots go, and the world's doings around it."""

    def __init__(self, service, nantes) -> None:
        self.service, self.nantes, self.world = service, nantes, service.world
        self.since: int | None = None

    def ask(self, since=None):
        query = "" if since is None else f"?since={since}"
        answer = self.service.send("GET", SNAPSHOT + query, self.nantes.ping.token)
        assert answer.status_code == 200, answer.text
        SnapshotOut.model_validate_json(answer.text)
        assert is_signed(answer.json)
        return answer.json

    def catch_up(self):
        """The changes since the last answer, by booklet. Time passes between two answers."""
        self.world.later(minutes=10)
        answer = self.ask(self.since)
        assert answer["full"] is (self.since is None)
        self.since = answer["sequence"]
        return {booklet.pop("id"): booklet for booklet in answer["booklets"]}

    def public_id(self, serial: str) -> str:
        booklet = self.world.session.get_one(tables.Booklet, int(serial))
        return str(booklet.public_id.hex())

    def hand_over(self, serial: str) -> str:
        self.world.hand_over(serial, self.nantes.ccas)
        return self.public_id(serial)

    def spend(self, serial: str, number: int, scan_id: str) -> None:
        code = self.world.codes(serial)[number - 1]
        verdict = self.world.redeem(self.nantes.ping, code, scan_id=scan_id, service=MAILBOX)
        assert isinstance(verdict, Accepted)


@pytest.fixture
def phone(service, nantes):
    return Phone(service, nantes)


def test_a_booklet_is_known_once_it_was_handed_over(phone, nantes):
    assert phone.catch_up() == {}
    booklet = phone.hand_over(nantes.serials[0])
    assert phone.catch_up() == {booklet: {"usable": True, "spent": []}}


def test_the_first_answer_holds_everything(phone, nantes):
    first, second = (phone.hand_over(serial) for serial in nantes.serials[:2])
    phone.spend(nantes.serials[0], 3, "scan-0001")
    phone.spend(nantes.serials[0], 1, "scan-0002")
    phone.spend(nantes.serials[1], 5, "scan-0003")
    assert phone.catch_up() == {
        first: {"usable": True, "spent": [1, 3]},
        second: {"usable": True, "spent": [5]},
    }


def test_a_change_comes_once_and_then_no_more(phone, nantes):
    booklet = phone.hand_over(nantes.serials[0])
    phone.world.later(hours=1)
    phone.catch_up()
    phone.spend(nantes.serials[0], 2, "scan-0001")
    assert phone.catch_up() == {booklet: {"usable": True, "spent": [2]}}
    assert phone.catch_up() == {}


def test_a_use_taken_back_comes_as_unspent(phone, nantes):
    booklet = phone.hand_over(nantes.serials[0])
    phone.spend(nantes.serials[0], 2, "scan-0001")
    phone.catch_up()
    ping, world = nantes.ping, phone.world
    undoing.undo(world.session, ping.site, ping.device, "scan-0001", "Erreur", world.now)
    assert phone.catch_up() == {booklet: {"usable": True, "spent": []}}


def test_a_blocked_booklet_comes_as_not_usable_and_comes_back_when_it_lives_again(phone, nantes):
    serial, world = nantes.serials[0], phone.world
    booklet = phone.hand_over(serial)
    phone.catch_up()
    distributing.block(world.session, serial, "Volé", "token:1", world.now)
    assert phone.catch_up() == {booklet: {"usable": False, "spent": []}}
    distributing.unblock(world.session, serial, "Retrouvé", "token:1", world.now)
    assert phone.catch_up() == {booklet: {"usable": True, "spent": []}}


def test_a_booklet_that_was_replaced_is_not_usable(phone, nantes):
    serial, world = nantes.serials[0], phone.world
    booklet = phone.hand_over(serial)
    phone.catch_up()
    new = distributing.replace(world.session, serial, "Perdu", "token:1", world.now)
    assert phone.catch_up() == {booklet: {"usable": False, "spent": []}}
    replacement = phone.hand_over(new)
    assert phone.catch_up()[replacement] == {"usable": True, "spent": []}


def test_an_order_whose_money_went_back_puts_its_booklets_to_sleep(phone, nantes):
    booklet, world = phone.hand_over(nantes.serials[0]), phone.world
    phone.catch_up()
    receipt = world.session.query(tables.Receipt).filter_by(order_id=nantes.order).first()
    ordering.reverse_receipt(world.session, receipt.id, world.now)
    world.session.commit()
    assert phone.catch_up() == {booklet: {"usable": False, "spent": []}}
    world.receive(nantes.order, receipt.funder_id, receipt.amount_cents, "VIR bis")
    assert phone.catch_up() == {booklet: {"usable": True, "spent": []}}


def test_a_change_that_was_committed_slowly_is_not_missed(phone, nantes):
    """Dated before the last answer, written after it: within five minutes it still comes."""
    booklet = phone.hand_over(nantes.serials[0])
    phone.world.later(hours=1)
    phone.catch_up()
    now, phone.world.now = phone.world.now, phone.world.later(minutes=-4)
    distributing.block(phone.world.session, nantes.serials[0], "Volé", "token:1", phone.world.now)
    phone.world.now = now
    assert phone.catch_up() == {booklet: {"usable": False, "spent": []}}


def test_booklets_of_other_campaigns_stay_unknown(service, nantes, phone):
    phone.hand_over(nantes.serials[0])
    answer = service.send("GET", SNAPSHOT, nantes.alis44.token).json
    assert answer["campaigns"] == [str(nantes.msa_campaign)]
    assert answer["booklets"] == []


def test_a_new_approval_brings_everything_anew(phone, nantes):
    world = phone.world
    booklet = phone.hand_over(nantes.serials[0])
    world.later(hours=1)
    since = phone.ask()["sequence"]
    world.later(hours=1)
    accrediting.approve_for_campaign(
        world.session, nantes.msa_campaign, nantes.ping.association, "token:1", world.now
    )
    answer = phone.ask(since)
    assert answer["full"] is True
    assert answer["campaigns"] == [str(nantes.campaign), str(nantes.msa_campaign)]
    assert [known["id"] for known in answer["booklets"]] == [booklet]


def test_a_suspended_site_knows_nothing_any_more(phone, nantes):
    world = phone.world
    phone.hand_over(nantes.serials[0])
    since = phone.ask()["sequence"]
    accrediting.decide(
        world.session,
        nantes.ping.association,
        Accreditation.SUSPENDED,
        "Contrôle",
        "token:1",
        world.now,
    )
    answer = phone.ask(since)
    assert (answer["full"], answer["campaigns"], answer["booklets"]) == (True, [], [])


def test_whoever_was_away_for_long_or_invents_a_number_gets_everything(phone, nantes):
    booklet, world = phone.hand_over(nantes.serials[0]), phone.world
    since = phone.ask()["sequence"]
    world.later(days=8)
    for told in (since, 0, 2**62):
        answer = phone.ask(told)
        assert answer["full"] is True
        assert [known["id"] for known in answer["booklets"]] == [booklet]


def test_a_booklet_that_ended_long_ago_is_not_sent(phone, nantes):
    phone.hand_over(nantes.serials[0])
    phone.world.later(days=500)
    assert phone.ask()["booklets"] == []


def test_a_number_that_is_none_is_refused(service, nantes):
    for since in ("yesterday", "-1", "1.5"):
        answer = service.send("GET", f"{SNAPSHOT}?since={since}", nantes.ping.token)
        assert answer.status_code == 422


def test_it_travels_compressed_when_the_phone_can_read_that(service, nantes, phone):
    phone.hand_over(nantes.serials[0])
    headers = {"Accept-Encoding": "gzip, br"}
    answer = service.send("GET", SNAPSHOT, nantes.ping.token, headers=headers)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert is_signed(json.loads(gzip.decompress(answer.data)))
    plain = service.send("GET", SNAPSHOT, nantes.ping.token)
    assert "Content-Encoding" not in plain.headers


def test_nobody_reads_it_without_a_phone(service):
    assert service.send("GET", SNAPSHOT, None).status_code == 401
