"""The page behind a printed code, on a citizen's phone: it tells, and leaks nothing."""

from urllib.parse import urlsplit

import pytest

from tests.support.stage import Server, set_up
from voucher_service.core.campaign import SERVICES
from voucher_service.store import tables

MOST_BYTES = 60_000

LOADED = """() => performance.getEntries().filter((entry) => 'transferSize' in entry)
  .map((entry) => [entry.name, entry.transferSize])"""


@pytest.fixture
def digits(live):
    """The digits of a pass that somebody holds."""
    return live.hand_over()[0].partition("#")[2]


@pytest.fixture
def citizen(phone, digits):
    """A phone whose own camera just opened the address of a pass."""
    phone.open(f"/p#{digits}").see("Ce pass vaut")
    return phone


def text(phone, selector):
    return phone.page.locator(selector).inner_text().replace("\xa0", " ")


def test_it_shows_the_value_and_the_last_day_of_this_pass(citizen):
    assert text(citizen, "#mine").startswith(
        "Ce pass vaut 10 euros\n\nUtilisez-le au plus tard le 31 décembre 2027"
    )


def test_it_speaks_english_to_a_phone_that_does(phones, digits):
    phone = phones.new(language="en-GB").open(f"/p#{digits}")
    phone.see("This pass is worth")
    assert text(phone, "#mine").startswith(
        "This pass is worth 10 euros\n\nUse it at the latest on 31 December 2027"
    )


def test_it_names_the_services_of_a_place_in_english_too(phones, digits):
    phone = phones.new(language="en-GB").open(f"/p#{digits}")
    phone.page.get_by_text("They help you with").first.click()
    phone.see("Help with administrative procedures")
    assert "démarches" not in text(phone, "main")


def test_the_code_leaves_the_address_and_the_history(citizen, live):
    assert citizen.page.url == f"{live.url}/p"
    assert citizen.run("return history.length") == 2  # the empty page, and this one
    citizen.page.reload()
    citizen.see("Ceci est un pass numérique")
    assert citizen.page.locator("#mine").is_hidden()


def test_a_button_asks_whether_it_can_still_be_used_and_spends_nothing(citizen, live, digits):
    assert [asked.path for asked in live.asked if asked.method == "POST"] == []
    citizen.press("Vérifier si ce pass peut servir")
    citizen.see("Oui, ce pass peut encore servir.")
    live.world.redeem(live.nantes.ping, f"#{digits}")
    citizen.press("Vérifier si ce pass peut servir")
    citizen.see("Non, ce pass ne peut pas servir. Appelez le 02 40 00 00 00.")
    assert live.count("SELECT count(*) FROM redemption") == 1
    assert live.count("SELECT count(*) FROM refusal") == 0


def test_without_an_answer_it_says_to_try_again(citizen, live):
    live.stop()
    citizen.press("Vérifier si ce pass peut servir")
    citizen.see("Réessayez dans une minute.")
    live.start()
    citizen.press("Vérifier si ce pass peut servir")
    citizen.see("Oui, ce pass peut encore servir.")


def test_another_pass_filmed_into_the_open_page_replaces_the_first(citizen, live):
    other = live.hand_over(live.nantes.serials[1])[0].partition("#")[2]
    live.world.redeem(live.nantes.ping, f"#{other}")
    citizen.press("Vérifier si ce pass peut servir")
    citizen.see("Oui, ce pass peut encore servir.")
    citizen.run("location.hash = it", other)
    citizen.page.locator("#answer:empty").wait_for(state="attached")
    assert citizen.page.url == f"{live.url}/p"
    citizen.press("Vérifier si ce pass peut servir")
    citizen.see("Non, ce pass ne peut pas servir.")


@pytest.mark.parametrize("spoilt", ["hello", "123", "9" * 256])
def test_a_code_that_is_none_is_said_to_be_so(phone, live, spoilt):
    phone.open(f"/p#{spoilt}").see("Ce code n'est pas lisible. Filmez-le de nouveau.")
    assert phone.page.url == f"{live.url}/p"
    assert phone.page.locator("#mine").is_hidden()


def test_where_the_rules_of_reading_do_not_arrive_the_rest_of_the_page_works(phone, live, digits):
    phone.expect(r"net::ERR_FAILED .*/scanner/pass/")
    phone.context.route("**/scanner/pass/**", lambda route: route.abort())
    phone.open(f"/p#{digits}")
    phone.page.get_by_label("Votre commune").fill("Rennes")
    phone.press("Chercher")
    phone.see("Aucun lieu pour cette recherche.")
    assert phone.page.url == f"{live.url}/p"
    assert phone.page.locator("#mine").is_hidden()


def test_a_place_is_found_by_its_commune_while_the_pass_stays_shown(citizen, live):
    place = live.world.session.get_one(tables.Site, live.nantes.ping.site)
    place.commune, place.code_postal, place.horaires = (
        "Saint-Herblain",
        "44800",
        "Mo-Fr 09:00-12:30",
    )
    live.world.session.commit()
    citizen.page.get_by_label("Votre commune ou votre code postal").fill("st herblain")
    citizen.press("Chercher")
    citizen.page.get_by_role("status").filter(has_text="1 lieu").wait_for()
    found = text(citizen, "#places")
    assert found.splitlines()[0] == "PiNG, Île de Nantes"
    for told in (
        "1 rue du Port\n44800 Saint-Herblain",
        "Téléphone : 02 40 00 00 00",
        "Horaires : lundi à vendredi 9 h à 12 h 30",
    ):
        assert told in found
    assert citizen.page.get_by_role("link", name="02 40 00 00 00").first.get_attribute("href") == (
        "tel:+33240000000"
    )
    citizen.page.get_by_text("On vous aide pour").click()
    assert citizen.page.get_by_role("listitem").filter(has_text=SERVICES[0]).last.is_visible()
    assert text(citizen, "#value") == "10 euros"
    assert citizen.page.url == f"{live.url}/p"


def test_without_javascript_it_says_what_a_pass_is_and_finds_places(phones, live, digits):
    phone = phones.new(java_script_enabled=False)
    phone.page.goto(f"{live.url}/p#{digits}")
    phone.see("Ceci est un pass numérique")
    assert not phone.page.locator("#mine").is_visible()
    phone.page.get_by_label("Votre commune ou votre code postal").fill("Brest")
    phone.press("Chercher")
    phone.see("Aucun lieu pour cette recherche.")
    assert phone.page.url.startswith(f"{live.url}/p?commune=Brest")
    phone.page.get_by_label("Votre commune ou votre code postal").fill("nantes")
    phone.press("Chercher")
    phone.see("PiNG, Île de Nantes")


def test_all_that_it_loads_with_a_pass_and_many_places_is_small(phone, live, digits):
    for number in range(30):
        live.world.site(live.nantes.ping.association, f"Lieu {number:02d} de médiation de Nantes")
    phone.open(f"/p#{digits}").see("Il y a d'autres lieux. Écrivez votre commune.")
    phone.see("Ce pass vaut")
    loaded = phone.page.evaluate(LOADED)
    assert {urlsplit(address).path for address, _ in loaded} >= {
        "/p",
        "/static/style.css",
        "/static/pass.js",
        "/scanner/pass/shape.js",
    }
    assert all(address.startswith(live.url) for address, _ in loaded)
    assert 10_000 < sum(size for _, size in loaded) < MOST_BYTES


def test_the_code_is_in_no_request_but_the_question_and_in_no_cache(citizen, live, digits):
    answers = {}
    citizen.page.on("response", lambda answer: answers.update({urlsplit(answer.url).path: answer}))
    citizen.press("Vérifier si ce pass peut servir")
    citizen.see("Oui, ce pass peut encore servir.")
    citizen.page.get_by_role("link", name="Où utiliser un pass").click()
    citizen.see("Ces lieux en données ouvertes")
    assert {"/p", "/p/status", "/sites"} <= {asked.path for asked in live.asked}
    for asked in live.asked:
        assert digits[:20] not in f"{asked.path} {asked.headers}"
    assert digits in answers["/p/status"].request.post_data
    for answer in (answers["/p/status"], answers["/sites"]):
        assert answer.headers["cache-control"] == "no-store"
        assert "referer" not in answer.request.all_headers()
    kept = citizen.run("""return JSON.stringify([await caches.keys(), await indexedDB.databases(),
      {...localStorage}, {...sessionStorage}, document.cookie, history.state])""")
    assert kept == '[[],[],{},{},"",null]'


def test_the_served_program_s_log_holds_no_code(sqlite_url, tmp_path, phone):
    """As people serve it: granian, with all that it writes."""
    with set_up(sqlite_url, tmp_path, booklets=1) as stage:
        stage.hand_over_all()
        code = stage.codes_of(stage.serials)[0]
        server = Server(stage)
        server.start()
        server.wait()
        phone.expect(f"request to http://127.0.0.1:{server.port}/")
        phone.page.goto(f"http://127.0.0.1:{server.port}/p#{code.partition('#')[2]}")
        phone.see("Ce pass vaut")
        phone.press("Vérifier si ce pass peut servir")
        phone.see("Oui, ce pass peut encore servir.")
        server.stop()
    assert code.partition("#")[2][:20] not in server.log.read_text(encoding="utf-8")


def test_no_page_keeps_anybody_out(phone, citizen, digits):
    """Screen readers, thumbs, narrow screens, large letters."""
    citizen.press("Vérifier si ce pass peut servir")
    citizen.see("Oui, ce pass peut encore servir.")
    phone.expect("404")
    for address in (f"/p#{digits}", "/p#hello", "/p?commune=Brest", "/", "/sites", "/books", "/no"):
        if address != f"/p#{digits}":
            phone.open(address)
        assert phone.barriers() == [], address
        assert phone.small_targets() == [], address
        assert phone.fits(), address


def test_the_keyboard_alone_is_enough(citizen):
    citizen.page.keyboard.press("Tab")
    assert text(citizen, ":focus") == "Aller au contenu"
    citizen.page.keyboard.press("Enter")
    citizen.page.keyboard.press("Tab")
    assert text(citizen, ":focus") == "Vérifier si ce pass peut servir"
    citizen.page.keyboard.press("Enter")
    citizen.see("Oui, ce pass peut encore servir.")
    citizen.page.keyboard.press("Tab")
    citizen.page.keyboard.type("Brest")
    citizen.page.keyboard.press("Enter")
    citizen.see("Aucun lieu pour cette recherche.")
