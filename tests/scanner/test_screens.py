"""Every screen in every state, once: for people who see little, aim badly, or use no finger.

``visit`` asks of a screen what is asked of all: nothing wrong for axe, nothing to press smaller
than 48 pixels, one title with the focus on it, and nothing cut or to be pushed sideways on a narrow
phone, with text twice as large, or with the phone on its side.
"""

from dataclasses import dataclass

import pytest

from tests.support.cast import MAILBOX
from tests.support.counter import Counter
from voucher_service.actions import disputing, pairing

UPRIGHT = {"width": 360, "height": 740}
LOOKS = {
    "narrow": ({"width": 320, "height": 640}, "100%"),
    "text twice as large": (UPRIGHT, "200%"),
    "on its side": ({"width": 740, "height": 360}, "100%"),
    "upright": (UPRIGHT, "100%"),
}

RESIZE = "(size) => { document.documentElement.style.fontSize = size; }"

CUT = """() => [...document.querySelectorAll("h1, h2, p, button, label, legend, dt, dd, a")]
  .filter((each) => each.checkVisibility() && each.clientWidth
    && !each.closest(".hidden, main.scan h1, legend")
    && each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.outerHTML.slice(0, 100))"""

TITLES = "() => document.querySelectorAll('h1').length"

HELD = "() => document.activeElement?.tagName"


@dataclass
class Visits:
    """Screens that were looked at, and what was wrong with them."""

    counter: Counter

    def __call__(self, name: str, *, focus: str = "H1") -> None:
        phone = self.counter.phone
        page = phone.page
        assert page.evaluate(HELD) == focus, name
        assert page.evaluate(TITLES) == 1, name
        wrong = phone.barriers() + phone.small_targets()
        for look, (size, text) in LOOKS.items():
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.evaluate(RESIZE, text)
            if phone.scrolls_sideways():
                wrong.append(f"{look}: scrolls sideways")
            wrong += [f"{look}: cuts {cut}" for cut in page.evaluate(CUT)]
        assert wrong == [], name


@pytest.fixture
def counter(phone):
    return Counter(phone)


@pytest.fixture
def visit(counter):
    return Visits(counter)


@pytest.fixture
def codes(live):
    """The passes of two booklets in somebody's hands."""
    return [code for serial in live.nantes.serials[:2] for code in live.hand_over(serial)]


def test_pairing(counter, visit, phone, live):
    counter.open()
    visit("pair")
    phone.page.get_by_label(counter.say("pair_typed")).fill("7KQ")
    counter.press("continue")
    phone.see(counter.say("pair_bad_code"))
    visit("pair, wrong code", focus="INPUT")
    counter.press("pair_camera")
    phone.see(counter.say("aim"))
    visit("pair, filming", focus="VIDEO")
    phone.page.get_by_label(counter.say("pair_typed")).fill("7KQ2M-9XH4T")
    counter.press("continue")
    visit("naming")
    counter.press("name_go")
    phone.see(counter.say("name_missing"))
    phone.page.get_by_label(counter.say("name_label")).fill("Accueil")
    phone.expect("status of 404")
    counter.press("name_go")
    phone.see(counter.say("pair_not_found"))
    visit("naming, code that does not exist", focus="INPUT")
    counter.pair()
    counter.open(f"/scanner/#{live.pairing_code()}")
    phone.see(counter.say("pair_replace"))
    visit("naming, paired before")


def test_reading(counter, visit, phone, codes):
    counter.pair()
    visit("scan, before")
    counter.press("start_reading")
    phone.see(counter.say("aim"))
    visit("scan, filming", focus="VIDEO")
    counter.read(*codes[:3])
    visit("scan, three passes", focus="VIDEO")
    counter.photograph(codes[0])
    phone.see(counter.say("already_in_tray"))
    counter.photograph("https://example.org/")
    phone.see("Ce code n'est pas lisible")
    visit("scan, not a pass", focus="H2")
    counter.press("read_next")
    counter.press("check_only")
    phone.see(counter.say("checked_good"))
    visit("checked")
    counter.press("back_to_tray")
    counter.press("type_code")
    visit("typed", focus="INPUT")
    phone.page.keyboard.type("XNWCFESFEYY2")
    counter.press("typed_add")
    phone.see(counter.say("typed_slip"))
    visit("typed, a slip", focus="INPUT")
    phone.page.get_by_label("Partie 1 sur 3").fill("XNWC-FESF-EYY1")
    counter.press("typed_add")
    phone.see(counter.say("value_later"))
    visit("scan, a typed code among others")
    counter.press("choose_service")
    visit("confirm")
    phone.press("Encaisser 4 pass")
    phone.see(counter.say("confirm_missing"))
    visit("confirm, nothing chosen", focus="INPUT")


def test_spending_and_taking_back(counter, visit, phone, codes):
    counter.pair()
    assert counter.take(codes[0])[0] == "confirmed"
    visit("confirmed")
    counter.press("undo")
    visit("undo")
    phone.page.get_by_text(counter.say("undo_other")).click()
    counter.press("undo_go")
    phone.see(counter.say("undo_missing"))
    visit("undo, another reason", focus="BUTTON")
    phone.page.get_by_label(counter.say("undo_why")).fill("Erreur")
    counter.press("undo_go")
    phone.see(counter.say("undo_done"))
    visit("undone")
    counter.press("next_pass")
    counter.take(*codes[1:4])
    visit("three confirmed")
    counter.press("next_pass")
    assert counter.refused(codes[1])[0] == "used"
    visit("scan, used here", focus="H2")
    counter.press("read_next")
    counter.read(codes[4], codes[5])
    serial = counter.live.nantes.serials[1]
    counter.live.service.by("operator").post(f"/booklets/{serial}/block", {"reason": "perdu"})
    counter.choose()
    counter.press("take")
    assert counter.told()[0] == "refused"
    visit("one confirmed, one refused")


def test_without_network(counter, visit, phone, live, codes):
    counter.pair()
    live.stop()
    assert counter.take(codes[0])[0] == "kept"
    visit("kept")
    counter.press("next_pass")
    visit("scan, with the band")
    counter.read(codes[1])
    counter.press("check_only")
    phone.see(counter.say("checked_away"))
    visit("checked, no network")
    counter.press("back_to_tray")
    counter.choose()
    phone.see("Encaisser 10")
    counter.press("back")
    phone.page.get_by_role("button", name="Aujourd'hui").click()
    phone.see(counter.say("today_alone"))
    visit("today, alone")
    live.later(hours=80)
    counter.open()
    visit("scan, urgent band")
    assert counter.take(codes[2])[0] == "refused"
    visit("refused alone")


def test_the_day_and_what_needs_a_person(counter, visit, phone, live, codes):
    today = phone.page.get_by_role("button", name="Aujourd'hui")
    counter.pair()
    today.click()
    phone.see(counter.say("today_none"))
    visit("today, nothing")
    counter.press("start_reading")
    counter.take(codes[0])
    counter.next()
    live.stop()
    counter.take(codes[1])
    counter.next()
    live.service.by("operator").post(
        f"/booklets/{live.nantes.serials[0]}/block", {"reason": "perdu"}
    )
    live.start()
    phone.see("1 pass demande votre attention.")
    counter.press("person_go")
    phone.see(counter.say("person_refused_after"))
    visit("person, refused after the service")
    counter.press("dispute_short")
    visit("dispute")
    counter.press("dispute_go")
    phone.see(counter.say("dispute_missing"))
    phone.page.get_by_text(counter.say("dispute_service_given")).click()
    counter.press("dispute_go")
    phone.see("C'est envoyé.")
    visit("disputed")
    today.click()
    phone.see(counter.say("dispute_open"))
    visit("today, disputed")
    with live.service.services.writing() as session:
        disputing.answer_dispute(
            session,
            live.count("SELECT max(id) FROM dispute"),
            upheld=False,
            answer="Le carnet était perdu.",
            actor="Claire",
            now=live.now(),
        )
    phone.page.get_by_role("button", name="Lire").click()
    today.click()
    phone.see("Réponse : Le carnet était perdu.")
    phone.run(
        """const {openPhone} = await import("/scanner/phone.js");
        const {queue} = await openPhone();
        const scan = {scanId: "scan-0001", code: "1", service: it, cents: null, pass: null,
          device: null, scannedAt: new Date().toISOString()};
        await queue.keep(scan);
        await queue.toPerson(scan.scanId, {status: 422, reason: "bad", detail: "Bad."});""",
        MAILBOX,
    )
    counter.open()
    counter.press("person_go")
    phone.see(counter.say("person_problem"))
    visit("person, not understood")
    counter.press("person_seen")
    phone.page.locator(".case").nth(1).wait_for(state="detached")


def test_settings_and_training(counter, visit, phone):
    settings = phone.page.get_by_role("button", name="Réglages")
    counter.pair()
    settings.click()
    visit("settings")
    counter.press("offline_title")
    visit("offline")
    counter.press("offline_go")
    phone.see(counter.say("offline_ready"))
    visit("offline, ready", focus="BUTTON")
    counter.press("back")
    settings.click()
    counter.press("leave_title")
    visit("leave")
    counter.press("back")
    counter.press("training_title")
    phone.see(counter.say("training_banner"))
    visit("scan, training")
    settings.click()
    visit("settings, training")
    phone.page.get_by_text("English").click()
    phone.see("Settings")
    assert phone.page.locator("html").get_attribute("lang") == "en"
    visit("settings, in English")


def test_a_revoked_phone_and_an_app_that_fails(counter, visit, phone, live, codes):
    counter.pair()
    live.stop()
    counter.take(codes[0])
    counter.next()
    phone.expect("status of 401")
    device = live.count("SELECT max(id) FROM device")
    pairing.revoke_device(live.world.session, device, live.now())
    live.world.session.commit()
    live.start()
    counter.press("revoked_go")
    visit("revoked")
    phone.context.add_init_script("delete globalThis.indexedDB; globalThis.indexedDB = undefined;")
    phone.page.reload()
    phone.see(counter.say("no_storage"))
    visit("no storage")


KEEPS_NO_KEY = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (row) {
  if (row.key instanceof CryptoKey) throw new DOMException("no keys here", "DataCloneError");
  return put.call(this, row);
};
"""


def test_a_browser_that_keeps_no_key_works_and_the_phone_says_what_that_means(
    counter, visit, phone
):
    phone.context.add_init_script(KEEPS_NO_KEY)
    counter.pair()
    phone.page.get_by_role("button", name="Réglages").click()
    phone.see(counter.say("not_sealed"))
    visit("settings, not sealed")
