"""What a site was refused, as its phones show it, and what it says about it."""

import pytest

from tests.support.problems import refused
from tests.support.service import Service
from voucher_service.store import tables

REFUSALS = "/scan/v1/refusals"
LEISURE = "Loisirs et créations numériques"


class Counter:
    """PiNG's phone with the passes of one booklet, and the service behind it."""

    def __init__(self, service: Service, nantes) -> None:
        self.service, self.nantes, self.world = service, nantes, service.world
        self.world.hand_over(nantes.serials[0], nantes.ccas)
        self.codes = self.world.codes(nantes.serials[0])

    def scan(self, code: str, scan_id: str, *, phone=None, offline: bool = False):
        now = self.world.now.isoformat()
        body: dict = {"scan_id": scan_id, "code": code, "service": LEISURE}
        body |= {"scanned_at": now, "sent_at": now, "offline": offline}
        return self.send("POST", "/scan/v1/redemptions", body, phone)

    def send(self, method: str, path: str, body=None, phone=None, **headers: str):
        token = (phone or self.nantes.ping).token
        return self.service.send(method, path, token, json=body, headers=headers)

    def refusals(self, query: str = "", **headers: str):
        answer = self.send("GET", REFUSALS + query, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json

    def dispute(self, scan_id: str, reason: str = "La personne était là", phone=None):
        return self.send("POST", f"{REFUSALS}/{scan_id}/dispute", {"reason": reason}, phone)


@pytest.fixture
def counter(service, nantes) -> Counter:
    return Counter(service, nantes)


@pytest.fixture
def used_twice(counter: Counter) -> Counter:
    """A pass that PiNG took twice, the second time without network."""
    counter.scan(counter.codes[0], "scan-first")
    counter.scan(counter.codes[0], "scan-second", offline=True)
    return counter


def test_a_refusal_is_listed_with_its_words_its_pass_and_who_bears_it(used_twice: Counter):
    now = used_twice.world.now
    [item] = used_twice.refusals()["items"]
    for moment in ("scanned_at", "refused_at"):
        assert item.pop(moment).startswith(now.astimezone(tz=None).isoformat()[:4])
    assert item == {
        "scan_id": "scan-second",
        "reason": "already_redeemed_here",
        "title": "Ce pass a déjà été utilisé ici",
        "next_step": "Vous avez déjà cet encaissement. Demandez un autre pass du carnet.",
        "pass": {"serial": used_twice.nantes.serials[0], "number": 1},
        "value_cents": 1000,
        "service": LEISURE,
        "offline": True,
        "borne_by": "scheme",
        "dispute": None,
    }


def test_it_speaks_the_phone_s_language(used_twice: Counter):
    [item] = used_twice.refusals(**{"Accept-Language": "en-GB"})["items"]
    assert item["title"] == "This pass was already used here"


def test_of_a_code_that_was_no_good_nothing_is_known(counter: Counter):
    counter.scan("no pass", "scan-nothing")
    [item] = counter.refusals()["items"]
    assert (item["reason"], item["pass"], item["value_cents"]) == ("unreadable", None, None)
    assert item["borne_by"] is None


def test_a_wrong_typed_code_that_was_only_checked_is_not_listed(counter: Counter):
    [in_stock, *_] = counter.world.printed(counter.nantes.serials[1])
    answer = counter.send("POST", "/scan/v1/checks", {"code": in_stock.typed})
    assert answer.json["verdict"] == "refused"
    assert counter.refusals() == {"items": [], "next": None}


def test_pages_follow_one_another_and_begin_when_asked(counter: Counter):
    for turn in range(5):
        counter.scan("no pass", f"scan-000{turn}")
        counter.world.later(minutes=10)
    first = counter.refusals("?limit=3")
    rest = counter.refusals(f"?limit=3&cursor={first['next']}")
    listed = [item["scan_id"] for page in (first, rest) for item in page["items"]]
    assert listed == [f"scan-000{turn}" for turn in range(5)]
    assert rest["next"] is None
    since = counter.world.now.isoformat().replace("+", "%2B")
    assert counter.refusals(f"?since={since}")["items"] == []


def test_a_site_sees_its_own_refusals_only(used_twice: Counter):
    answer = used_twice.send("GET", REFUSALS, phone=used_twice.nantes.alis44)
    assert answer.json["items"] == []
    other = used_twice.dispute("scan-second", phone=used_twice.nantes.alis44)
    refused(other, 404, "not_found")


def test_a_refusal_is_disputed_once_and_the_answer_is_seen(used_twice: Counter):
    first = used_twice.dispute("scan-second")
    assert first.status_code == 200
    assert (first.json["scan_id"], first.json["state"]) == ("scan-second", "open")
    used_twice.world.later(hours=1)
    assert used_twice.dispute("scan-second", "Une autre raison").json == first.json
    operator = used_twice.nantes.operator
    [dispute] = operator.get("/disputes").json["items"]
    answer = {"upheld": True, "answer": "Nous payons"}
    assert operator.post(f"/disputes/{dispute['id']}/answer", answer).status_code == 200
    [item] = used_twice.refusals()["items"]
    assert item["dispute"]["state"] == "upheld"
    assert item["dispute"]["reason"] == "La personne était là"
    assert item["dispute"]["answer"] == "Nous payons"
    assert item["dispute"]["answered_at"] is not None
    assert used_twice.dispute("scan-second").json["answer"] == "Nous payons"


def test_another_phone_of_the_site_may_dispute_it(used_twice: Counter):
    ping, world = used_twice.nantes.ping, used_twice.world
    other = world.phone(ping.association, ping.site)
    assert used_twice.dispute("scan-second", phone=other).status_code == 200
    assert world.session.query(tables.Dispute).one().opened_by == f"device:{other.device}"


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}, {"reason": 3}])
def test_a_dispute_needs_a_reason(used_twice: Counter, body):
    path = f"{REFUSALS}/scan-second/dispute"
    refused(used_twice.send("POST", path, body), 422, "invalid", "reason")
    assert used_twice.world.session.query(tables.Dispute).count() == 0


def test_what_was_not_refused_cannot_be_disputed(used_twice: Counter):
    for scan_id in ("scan-first", "scan-none"):
        refused(used_twice.dispute(scan_id), 404, "not_found")


def test_a_scan_refused_again_for_another_reason_keeps_its_dispute(used_twice: Counter):
    world, nantes = used_twice.world, used_twice.nantes
    first = used_twice.dispute("scan-second").json
    body = {"reason": "Perdu"}
    nantes.operator.post(f"/booklets/{nantes.serials[0]}/block", body)
    answer = used_twice.scan(used_twice.codes[0], "scan-second", offline=True)
    assert answer.json["reason"] == "blocked"
    assert world.session.query(tables.Refusal).count() == 2
    assert used_twice.dispute("scan-second", "Encore").json == first


def test_a_use_says_until_when_it_can_be_taken_back(used_twice: Counter):
    [use] = used_twice.send("GET", "/scan/v1/redemptions").json["items"]
    verdict = used_twice.scan(used_twice.codes[0], "scan-first").json
    assert (verdict["echo"], use["undo_until"]) == (True, verdict["undo_until"])


def test_nobody_reads_or_disputes_without_a_phone(service):
    assert service.send("GET", REFUSALS, None).status_code == 401
    path = f"{REFUSALS}/scan-0001/dispute"
    assert service.send("POST", path, None, json={"reason": "x"}).status_code == 401


def test_a_check_for_somebody_who_waits_keeps_its_refusal_and_can_be_disputed(counter: Counter):
    in_stock = counter.world.codes(counter.nantes.serials[1])[0]
    asked = {"code": in_stock, "service": LEISURE, "scan_id": "scan-waiting"}
    for _ in range(2):
        answer = counter.send("POST", "/scan/v1/checks", asked).json
        assert (answer["reason"], answer["scan_id"]) == ("not_handed_over", "scan-waiting")
    [item] = counter.refusals()["items"]
    assert (item["scan_id"], item["offline"]) == ("scan-waiting", False)
    assert counter.dispute("scan-waiting").status_code == 200


def test_a_good_check_for_somebody_who_waits_spends_nothing(counter: Counter):
    asked = {"code": counter.codes[0], "service": LEISURE, "scan_id": "scan-waiting"}
    answer = counter.send("POST", "/scan/v1/checks", asked).json
    assert (answer["verdict"], answer["scan_id"]) == ("accepted", "scan-waiting")
    assert counter.refusals()["items"] == []
    assert counter.world.session.query(tables.Redemption).count() == 0
    assert counter.scan(counter.codes[0], "scan-waiting").json["verdict"] == "accepted"
