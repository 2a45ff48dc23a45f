"""The page behind a printed code in a browser: what people see, and what stays in the phone."""

import re


def path_of(code):
    """The printed address, on the service of the test."""
    return "/p#" + code.partition("#")[2]


def test_its_holder_sees_the_value_and_the_last_day_and_the_code_leaves_the_address(phone, live):
    phone.open(path_of(live.hand_over()[0]))
    phone.see("10 euros")
    phone.see("31 décembre 2027".replace(" ", "\u00a0"))
    assert phone.page.url == live.url + "/p"
    assert not any(re.search("[0-9]{20}", str(request)) for request in live.asked)


def test_in_english_too(phones, live):
    phone = phones.new(language="en-GB")
    phone.open(path_of(live.hand_over()[0]))
    phone.see("10 euros")
    phone.see("31 December 2027".replace(" ", "\u00a0"))


def test_the_button_asks_whether_it_can_be_used_and_looking_for_a_place_keeps_it_shown(phone, live):
    phone.open(path_of(live.hand_over()[0]))
    phone.press("Vérifier si ce pass peut servir")
    phone.see("Oui, ce pass peut encore servir.")
    phone.page.get_by_label("Votre commune").fill("Rennes")
    phone.press("Chercher")
    phone.see("Aucun lieu pour cette recherche.")
    phone.see("10 euros")


def test_a_code_that_is_no_pass_of_ours_shows_no_value(phone):
    phone.open("/p#123")
    phone.page.wait_for_load_state("networkidle")
    phone.see("Ceci est un pass numérique")
    assert not phone.page.get_by_text("Ce pass vaut").is_visible()
    assert phone.page.url.endswith("/p")


def test_where_the_rules_of_reading_do_not_arrive_the_rest_of_the_page_works(phone, live):
    phone.expect(r"net::ERR_FAILED .*/scanner/pass/")
    phone.context.route("**/scanner/pass/**", lambda route: route.abort())
    phone.open(path_of(live.hand_over()[0]))
    phone.page.get_by_label("Votre commune").fill("Rennes")
    phone.press("Chercher")
    phone.see("Aucun lieu pour cette recherche.")
    assert phone.page.url == live.url + "/p"
    assert not phone.page.get_by_text("Ce pass vaut").is_visible()
