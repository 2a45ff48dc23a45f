"""Every kind of pass that cannot be taken, on the phone: its sentence and its next step."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from merchants.verdicts import sentences
from tests.support.cast import BASE_URL, CV, MAILBOX, MIDDLE_OF_NOVEMBER, NAGA, PASS_KEY
from tests.support.counter import SAID, Counter
from tests.support.source import ROOT
from voucher_service.actions import accrediting, distributing, trusting
from voucher_service.core.pass_text import to_bytes, to_url
from voucher_service.core.signing import KeyStatus, SigningKey

TRAINING = json.loads((ROOT / "merchants/scanner/training/training.json").read_text())["passes"]
LANGUAGES = [("fr", "fr-FR"), ("en", "en-GB")]


@pytest.fixture(params=LANGUAGES, ids=["in French", "in English"])
def at(request, phones):
    """A phone of a site, in French and in English."""
    language, locale = request.param
    return lambda site=None: Counter(phones.new(language=locale), language).pair(site)


def told(counter, reason):
    """What must be said for a reason, from the title to the next step."""
    said = sentences().get(reason, {}).get(counter.language)
    said = said or SAID[counter.language]["refusals"][reason]
    return tuple(" ".join(said[part].split()) for part in ("title", "next_step"))


def check(counter, reason, verdict):
    """Whether the phone shows this refusal, its title first and its next step after it."""
    look, said = verdict
    title, next_step = told(counter, reason)
    assert look == ("used" if reason.startswith("already") else "refused"), said
    assert said.startswith(title)
    assert next_step in said


def elsewhere():
    """A pass of another scheme: its key is on nobody's list."""
    key = SigningKey(b"\x77\x77", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    token = key.seal(b"others", 1, 1, 1000, int(MIDDLE_OF_NOVEMBER.timestamp()) + 10**7)
    return to_url(BASE_URL, token)


def altered(code):
    """The same pass with one bit of its signature changed."""
    token = bytearray(to_bytes(code) or b"")
    token[-1] ^= 1
    return to_url(BASE_URL, bytes(token))


def test_what_the_phone_sees_by_itself_is_refused_when_it_is_read(at, live):
    good = live.hand_over()[0]
    counter = at()
    live.asked.clear()
    for code, reason in (
        ("https://example.org/menu", "unreadable"),
        (altered(good), "bad_signature"),
        (elsewhere(), "unknown_key"),
    ):
        check(counter, reason, counter.refused(code))
        counter.next()
    assert [asked.path for asked in live.asked if "redemptions" in asked.path] == []
    assert live.count("SELECT count(*) FROM refusal") == 0
    live.later(days=460)
    check(counter, "expired", counter.refused(good))


def test_what_only_the_service_knows_is_refused_when_it_is_taken(at, live):
    world, nantes = live.world, live.nantes
    used = live.hand_over()
    blocked = live.hand_over(nantes.serials[1])
    distributing.block(world.session, nantes.serials[1], "Perdu", "token:1", world.now)
    world.session.commit()
    naga = world.at(NAGA, nantes.campaign, "Nâga")
    world.redeem(naga, used[0])
    counter = at()
    for code, reason in (
        (world.codes(nantes.serials[4])[0], "not_handed_over"),
        (blocked[0], "blocked"),
        (used[0], "already_redeemed_elsewhere"),
    ):
        check(counter, reason, counter.take(code))
        counter.next()
    assert live.count("SELECT count(*) FROM redemption") == 1


def test_a_pass_of_a_campaign_that_the_site_does_not_take(at, live):
    code = live.hand_over()[0]
    counter = at(live.nantes.alis44.site)
    check(counter, "campaign_not_approved", counter.refused(code))


def test_a_key_that_was_revoked_is_not_believed_without_network(at, live):
    code = live.hand_over()[0]
    trusting.change_key(live.world.session, PASS_KEY.kid.hex(), KeyStatus.REVOKED)
    live.world.session.commit()
    counter = at()
    live.stop()
    check(counter, "key_revoked", counter.take(code))
    assert counter.waiting() == []


def test_a_service_that_the_pass_does_not_pay_for_cannot_be_chosen(at, live):
    world = live.world
    campaign = world.campaign({live.nantes.msa: 1}, name="Pass CV", services=frozenset({CV}))
    order = world.order(campaign, 1)
    world.fund(order)
    (serial,) = world.issue(order)
    world.stock([serial], live.nantes.ccas)
    world.hand_over(serial, live.nantes.ccas)
    accrediting.approve_for_campaign(
        world.session, campaign, live.nantes.ping.association, "token:1", world.now
    )
    world.session.commit()
    counter = at().read(world.codes(serial)[0])
    counter.press("choose_service")
    page = counter.phone.page
    assert page.get_by_role("radio", name=counter.service(CV)).is_enabled()
    assert page.get_by_role("radio", name=counter.service(MAILBOX)).is_disabled()
    counter.phone.see(counter.say("service_none", "one"))


def test_a_training_pass_is_worth_nothing_and_says_so(at):
    counter = at()
    check(counter, "training_pass", counter.refused(TRAINING[0]["code"]))
