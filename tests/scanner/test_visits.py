"""At the counter, on the real service: what is told of each pass, and what is kept meanwhile."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from werkzeug.wrappers import Request

from tests.support.cast import MAILBOX
from tests.support.live import Live, Lost
from tests.support.nantes import nantes_of
from tests.support.service import running_service
from voucher_service.actions import distributing, pairing
from voucher_service.http.problems import problem
from voucher_service.store.engine import make_engine

OPEN = """
const { openPhone } = await import("/scanner/phone.js");
const { open } = await import("/scanner/pass/token.js");
const { keyring } = await import("/scanner/rules/trust.js");
const p = globalThis.p ??= await openPhone({ calling: { waits: { counter: 2000, queue: 4000 } } });
const read = async (code) => {
  const opened = await open(code, keyring(p.knowledge.trust()));
  return { code, ...(opened.token && opened) };
};
const confirm = async (codes, service) => {
  const told = [];
  const passes = await Promise.all(codes.map(read));
  for await (const { pass, ...one } of p.visits.confirm(passes, service)) told.push(one);
  return told;
};
"""

JOIN = 'return (await p.join(it, "Téléphone d\'accueil")).kind'
HELD = """
const brief = ({ scanId, verdict, reason, cents, offline, undoneAt }) =>
  ({ scanId, verdict, reason, cents, offline, undone: Boolean(undoneAt) });
return { waiting: (await p.queue.waiting()).map(({ scanId }) => scanId),
  journal: (await p.journal.entries()).map(brief), people: await p.queue.needsPerson(),
  status: await p.status() };
"""
USES = """SELECT count(*) FROM redemption
WHERE undone_at IS NULL AND booklet_id BETWEEN :first AND :last"""


@pytest.fixture(scope="module")
def town(postgres_copies, tmp_path_factory):
    """One service for all these visits; each has booklets and a phone of its own."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres_copies.fresh())
        engine = make_engine(url)
        stack.callback(engine.dispose)
        home = tmp_path_factory.mktemp("home")
        service = stack.enter_context(running_service(engine, url, home, alone=True))
        live = Live(service, nantes_of(service, booklets=200))
        service.services.now = live.now
        live.start()
        stack.callback(live.stop)
        yield live, iter(live.nantes.serials[:100])


@pytest.fixture
def live(town):
    live, _ = town
    live.later(minutes=2)  # so that many phones may be paired
    live.asked.clear()
    yield live
    live.meddler = None
    live.stop()
    live.start()


@pytest.fixture
def serials(town):
    """Three booklets at the CCAS, of which nobody has heard."""
    return [next(town[1]) for _ in range(3)]


class Counter:
    """PiNG's phone at work, driven through its modules."""

    def __init__(self, phone, live, serials):
        self.phone, self.live, self.serials = phone, live, serials
        phone.context.route(
            "**/scanner/app.js",
            lambda route: route.fulfill(body="", content_type="text/javascript"),
        )
        phone.expect(r"status of (401|409|422|429|503)|ERR_(EMPTY_RESPONSE|CONNECTION)")
        phone.open("/scanner/")

    def run(self, body, it=None):
        return self.phone.run(OPEN + body, it)

    def join(self):
        assert self.run(JOIN, self.live.pairing_code()) == "paired"

    def refresh(self):
        return self.run("return p.refresh()")

    def confirm(self, *codes, service=MAILBOX):
        return self.run(
            "return confirm(it.codes, it.service)", {"codes": codes, "service": service}
        )

    def one(self, code, **given):
        [told] = self.confirm(code, **given)
        return told

    def flush(self):
        return self.run("return p.sender.flush()")

    def held(self):
        return self.run(HELD)

    def uses(self):
        """How many passes of these booklets are spent, and that the books are in order."""
        assert self.live.problems() == []
        return self.live.count(USES, first=int(self.serials[0]), last=int(self.serials[-1]))

    def reopen(self):
        """Killed, and opened again."""
        self.phone.page.reload()


@pytest.fixture
def codes(live, serials):
    """The passes of a booklet in somebody's hands."""
    return live.hand_over(serials[0])


@pytest.fixture
def counter(phone, live, serials, codes):
    """A phone that was paired when only these passes had been handed over."""
    assert codes
    counter = Counter(phone, live, serials)
    counter.join()
    return counter


def losing(live, path, times=1):
    """The service does what it is asked on this path, and its answer is lost on the way."""
    left = times

    def meddler(app, environ, start):
        nonlocal left
        answer = app(environ, start)
        if environ["PATH_INFO"] == path and left:
            left -= 1
            raise Lost
        return answer

    live.meddler = meddler


def saying(live, path, *said):
    """The service answers this path with a problem, and does nothing."""

    def meddler(app, environ, start):
        if environ["PATH_INFO"] != path:
            return app(environ, start)
        Request(environ).get_data()
        with live.service.app.test_request_context():
            return problem(*said)(environ, start)

    live.meddler = meddler


REDEEM, CHECK, BATCH = (
    f"/scan/v1/{name}" for name in ("redemptions", "checks", "redemptions/batch")
)


# With the service


def test_three_passes_are_spent_in_one_visit_and_nothing_waits_any_more(counter, codes):
    told = counter.confirm(*codes[:3])
    assert [(one["verdict"], one["cents"], one["number"]) for one in told] == [
        ("confirmed", 1000, 1),
        ("confirmed", 1000, 2),
        ("confirmed", 1000, 3),
    ]
    held = counter.held()
    assert held["waiting"] == held["people"] == []
    assert [entry["scanId"] for entry in held["journal"]] == [one["scanId"] for one in told]
    assert counter.uses() == 3


def test_each_scan_is_on_the_disk_before_it_is_sent(counter, codes):
    """Another connection to the phone's database reads it while the request is on its way."""
    said = counter.run(
        """
      const { database } = await import("/scanner/memory/db.js");
      const other = await openPhone({ db: database() });
      const phone = await openPhone({ calling: { fetch: async (path, request) => {
        const { scan_id } = JSON.parse(request.body);
        const kept = (await other.queue.waiting()).map(({ scanId }) => scanId);
        seen.push([path, kept.length === 1 && kept[0] === scan_id]);
        return fetch(path, request);
      } } });
      const seen = [];
      for (const code of it.codes) {
        for await (const told of phone.visits.confirm([await read(code)], it.service)) {
          seen.push(told.verdict);
        }
      }
      return seen;
    """,
        {"codes": codes[:2], "service": MAILBOX},
    )
    assert said == [[REDEEM, True], "confirmed"] * 2


def test_the_same_pass_again_was_used_here_and_says_when(counter, codes, live, serials):
    first = counter.one(codes[0])
    told = counter.one(codes[0])
    assert (told["verdict"], told["reason"]) == ("used", "already_redeemed_here")
    assert told["title"] == "Ce pass a déjà été utilisé ici"
    assert told["at"][:16] == first["at"].replace("+01:00", "")[:16].replace("T10", "T09")
    assert counter.uses() == 1
    # The service keeps the refusal, so that it can be disputed.
    refusals = "SELECT count(*) FROM refusal WHERE booklet_id = :booklet AND scan_id IS NOT NULL"
    assert live.count(refusals, booklet=int(serials[0])) == 1


def test_an_undo_gives_the_pass_back_and_it_can_be_spent_again(counter, codes):
    first = counter.one(codes[0])
    undone = counter.run("return p.visits.undo(it, 'Erreur')", first["scanId"])
    assert undone["kind"] == "answer"
    assert counter.held()["journal"][0]["undone"] is True
    assert counter.one(codes[0])["verdict"] == "confirmed"
    assert counter.uses() == 1


def test_a_typed_code_is_asked_for_first_and_then_spent(counter, live, serials):
    typed = live.world.printed(serials[0])[4].typed
    live.asked.clear()
    told = counter.one(typed)
    assert (told["verdict"], told["number"], told["cents"]) == ("confirmed", 5, 1000)
    assert [asked.path for asked in live.asked] == [CHECK, REDEEM]


def test_a_booklet_handed_over_since_the_last_snapshot_is_asked_for_first(counter, live, serials):
    news = live.hand_over(serials[1])
    live.asked.clear()
    assert counter.one(news[0])["verdict"] == "confirmed"
    assert [asked.path for asked in live.asked] == [CHECK, REDEEM]


def test_a_refusal_of_the_service_is_shown_and_nothing_is_kept(counter, live, serials):
    in_stock = live.world.codes(serials[1])
    told = counter.one(in_stock[0])
    assert (told["verdict"], told["reason"]) == ("refused", "not_handed_over")
    assert told["nextStep"].startswith("Appelez le lieu")
    held = counter.held()
    assert held["waiting"] == held["people"] == []
    assert held["journal"][0]["reason"] == "not_handed_over"


def test_looking_at_a_pass_spends_nothing_and_keeps_nothing(counter, codes, live):
    looked = counter.run("return p.visits.check(await read(it))", codes[0])
    assert looked["verdict"] == "confirmed"
    assert counter.held()["journal"] == []
    assert counter.uses() == 0
    live.stop()
    looked = counter.run("return p.visits.check(await read(it))", codes[0])
    assert (looked["verdict"], looked["reason"]) == ("refused", "needs_network")


def test_two_thumbs_on_the_button_spend_a_pass_once(counter, codes):
    said = counter.run(
        "return (await Promise.all([confirm([it], 'S'), confirm([it], 'S')])).flat()".replace(
            "'S'", f'"{MAILBOX}"'
        ),
        codes[0],
    )
    assert [one["verdict"] for one in said] == ["confirmed", "used"]
    assert counter.uses() == 1


# Without


def test_alone_it_keeps_good_passes_and_refuses_stolen_stock_blocked_and_spent_ones(
    counter, codes, live, serials
):
    blocked = live.hand_over(serials[1])
    distributing.block(live.world.session, serials[1], "Volé", "token:1", live.world.now)
    live.world.session.commit()
    live.world.redeem(live.nantes.ping, codes[1])
    stock = live.world.codes(serials[2])
    typed = live.world.printed(serials[0])[4].typed
    counter.refresh()
    live.stop()
    told = counter.confirm(codes[0], stock[0], blocked[0], codes[1], typed)
    assert [(one["verdict"], one.get("reason")) for one in told] == [
        ("kept", None),
        ("refused", "not_handed_over"),
        ("refused", "blocked"),
        ("used", "already_redeemed_elsewhere"),
        ("refused", "needs_network"),
    ]
    assert [bool(one.get("needsNetwork")) for one in told] == [False, True, True, True, True]
    held = counter.held()
    assert held["waiting"] == [told[0]["scanId"]]
    assert (held["status"]["waiting"], held["status"]["cents"]) == (1, 1000)


def test_what_was_kept_is_sent_and_confirmed_when_the_service_is_back(
    counter, codes, live, serials
):
    live.stop()
    kept = counter.confirm(*codes[:2])
    assert [one["verdict"] for one in kept] == ["kept", "kept"]
    live.start()
    assert counter.flush() == "empty"
    held = counter.held()
    assert held["waiting"] == held["people"] == []
    assert [(entry["verdict"], entry["offline"]) for entry in held["journal"]] == [
        ("confirmed", True)
    ] * 2
    assert counter.uses() == 2
    assert live.count(f"{USES} AND offline", first=int(serials[0]), last=int(serials[0])) == 2


def test_after_one_long_wait_the_next_passes_are_kept_at_once(counter, codes, live):
    live.stop()
    counter.one(codes[0])
    tried = counter.run("return p.network.away()")
    said = counter.run(
        """
      let asked = 0;
      const { fetch } = globalThis;
      globalThis.fetch = (...request) => (asked += 1, fetch(...request));
      const told = await confirm(it.codes, it.service);
      globalThis.fetch = fetch;
      return [told.map(({ verdict }) => verdict), asked];
    """,
        {"codes": codes[1:3], "service": MAILBOX},
    )
    assert tried is True
    assert said == [["kept", "kept"], 0]


def test_a_pass_that_waits_here_was_used_here_with_or_without_the_service(counter, codes, live):
    live.stop()
    kept = counter.one(codes[0])
    again = counter.one(codes[0])
    live.start()
    counter.run("p.network.changed()")
    online = counter.one(codes[0])
    for told in (again, online):
        assert (told["verdict"], told["reason"]) == ("used", "already_redeemed_here")
        assert told["scanId"] is None
    assert counter.held()["waiting"] == [kept["scanId"]]
    assert counter.uses() == 0


def test_a_phone_keeps_no_more_of_a_campaign_a_day_than_it_allows(counter, codes, live):
    counter.run(
        "for (const one of p.knowledge.trust().campaigns) one.offline.passes_per_day = it", 2
    )
    live.stop()
    told = counter.confirm(*codes[:3])
    assert [(one["verdict"], one.get("reason")) for one in told] == [
        ("kept", None),
        ("kept", None),
        ("refused", "offline_limit"),
    ]
    live.start()
    counter.flush()
    live.stop()
    counter.run("await p.calls.check('1')")
    # What was sent since counts too: the service counts it.
    assert counter.one(codes[2])["reason"] == "offline_limit"


def test_after_72_hours_without_a_fresh_list_nothing_is_kept_any_more(counter, codes, live):
    live.stop()
    counter.one(codes[0])
    live.later(hours=25)
    status = counter.held()["status"]
    assert (status["knowledge"], status["warn"]) == ("old", True)
    assert counter.one(codes[1])["verdict"] == "kept"
    live.later(hours=48)
    told = counter.one(codes[2])
    assert (told["verdict"], told["reason"]) == ("refused", "trust_too_old")
    assert len(counter.held()["waiting"]) == 2
    assert counter.held()["status"]["knowledge"] == "too_old"


def test_a_scan_that_waits_for_a_day_is_warned_of_even_with_a_fresh_list(counter, codes, live):
    live.stop()
    counter.one(codes[0])
    live.later(hours=25)
    live.start()
    assert counter.refresh() == {"trust": "new", "snapshot": "new"}
    status = counter.held()["status"]
    assert (status["knowledge"], status["warn"]) == ("fresh", True)


# When the answer does not come


def test_a_lost_answer_is_amber_and_its_repeat_is_an_echo(counter, codes, live):
    losing(live, REDEEM)
    told = counter.one(codes[0])
    assert (told["verdict"], told["lost"]) == ("kept", False)
    assert counter.uses() == 1
    counter.flush()
    [entry] = counter.held()["journal"]
    assert (entry["scanId"], entry["verdict"]) == (told["scanId"], "confirmed")
    assert counter.uses() == 1


def test_a_phone_killed_before_its_answer_sends_the_same_scan_again(counter, codes, live):
    losing(live, REDEEM)
    told = counter.one(codes[0])
    counter.reopen()
    assert counter.held()["waiting"] == [told["scanId"]]
    counter.flush()
    assert counter.held()["journal"][0]["verdict"] == "confirmed"
    assert counter.uses() == 1


def test_an_answer_lost_after_a_good_check_is_kept_and_says_so(counter, live, serials):
    news = live.hand_over(serials[1])
    losing(live, REDEEM)
    told = counter.one(news[0])
    assert (told["verdict"], told["lost"], told["kept"]) == ("kept", True, True)
    counter.flush()
    assert counter.held()["journal"][0]["verdict"] == "confirmed"


def test_when_even_the_check_has_no_answer_nothing_is_kept(counter, live, serials):
    news = live.hand_over(serials[1])
    losing(live, CHECK)
    told = counter.one(news[0])
    assert (told["verdict"], told["reason"]) == ("refused", "not_handed_over")
    assert told["needsNetwork"] is True
    assert counter.held()["waiting"] == []
    assert counter.uses() == 0


@pytest.mark.parametrize("status", [429, 503])
def test_not_now_is_no_verdict(counter, codes, live, status):
    saying(live, REDEEM, status, "busy", "Later.")
    assert counter.one(codes[0])["verdict"] == "kept"
    live.meddler = None
    counter.flush()
    assert counter.held()["journal"][0]["verdict"] == "confirmed"


def test_typed_codes_that_must_pause_say_so(counter, live, serials):
    typed = live.world.printed(serials[0])[4].typed
    saying(live, CHECK, 429, "typed_codes_paused", "Wait 15 minutes.")
    told = counter.one(typed)
    assert (told["verdict"], told["reason"]) == ("refused", "typed_codes_paused")
    assert counter.held()["waiting"] == []


@pytest.mark.parametrize("status", [409, 422])
def test_what_the_service_does_not_understand_waits_for_a_person(counter, codes, live, status):
    saying(live, REDEEM, status, "odd", "What is this?")
    told = counter.one(codes[0])
    assert (told["verdict"], told["needsPerson"], told["kept"]) == ("refused", True, True)
    held = counter.held()
    assert held["waiting"] == []
    assert [person["problem"]["status"] for person in held["people"]] == [status]
    assert held["status"]["needsPerson"] == 1
    live.meddler = None
    counter.run("await p.queue.retry(it)", told["scanId"])
    counter.flush()
    assert counter.held()["journal"][0]["verdict"] == "confirmed"


def test_a_refusal_after_the_service_was_given_is_for_a_person_and_says_who_was_first(
    counter, codes, live, serials
):
    live.stop()
    told = counter.one(codes[0])
    live.world.redeem(live.nantes.ping, codes[0])
    live.start()
    counter.flush()
    [person] = counter.held()["people"]
    assert person["scanId"] == told["scanId"]
    assert (person["verdict"], person["reason"]) == ("used", "already_redeemed_here")
    assert person["nextStep"]
    incidents = """SELECT count(*) FROM incident i JOIN refusal f ON f.id = i.refusal_id
      WHERE f.booklet_id = :booklet"""
    assert live.count(incidents, booklet=int(serials[0])) == 1


# When the phone is revoked


def test_a_revoked_phone_keeps_its_queue_and_sends_it_once_it_is_paired_again(counter, codes, live):
    live.stop()
    kept = counter.one(codes[0])
    live.start()
    revoke(counter, live)
    assert counter.flush() == "revoked"
    assert counter.held()["waiting"] == [kept["scanId"]]
    assert counter.held()["status"]["revoked"] is True
    at_counter = counter.one(codes[1])
    assert (at_counter["verdict"], at_counter["kept"]) == ("revoked", True)
    counter.join()
    counter.flush()
    held = counter.held()
    assert held["status"]["revoked"] is False
    assert {entry["scanId"] for entry in held["journal"]} == {
        kept["scanId"],
        at_counter["scanId"],
    }
    assert counter.uses() == 2


def test_what_was_spent_before_the_phone_was_revoked_is_an_echo_for_its_next_pairing(
    counter, codes, live
):
    losing(live, REDEEM)
    told = counter.one(codes[0])
    revoke(counter, live)
    counter.join()
    counter.flush()
    [entry] = counter.held()["journal"]
    assert (entry["scanId"], entry["verdict"]) == (told["scanId"], "confirmed")
    assert counter.uses() == 1


def test_a_revoked_phone_keeps_nothing_that_it_would_refuse_alone(counter, live, serials):
    news = live.hand_over(serials[1])
    revoke(counter, live)
    told = counter.one(news[0])
    assert (told["verdict"], told["kept"], told["scanId"]) == ("revoked", False, None)
    assert counter.held()["waiting"] == []


def revoke(counter, live):
    device = int(counter.run("return (await p.pairing.paired()).device"))
    pairing.revoke_device(live.world.session, device, live.world.now + timedelta(minutes=1))
    live.world.session.commit()


# When the phone can keep nothing


def test_what_cannot_be_kept_is_not_sent(counter, codes, live):
    live.asked.clear()
    said = counter.run(
        """
      const { add } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.add = () => {
        throw new DOMException("no room left", "QuotaExceededError");
      };
      try {
        return await confirm([it.code], it.service);
      } finally {
        IDBObjectStore.prototype.add = add;
      }
    """,
        {"code": codes[0], "service": MAILBOX},
    )
    assert [(one["verdict"], one["reason"]) for one in said] == [("refused", "cannot_keep")]
    assert live.asked == []
    assert counter.uses() == 0
