"""The service cannot be reached: what the phone still promises, keeps, and sends once it can."""

import pytest

from tests.support.cast import NAGA
from tests.support.counter import Counter
from voucher_service.actions import distributing, pairing

REDEMPTIONS = "SELECT count(*) FROM redemption"


@pytest.fixture
def codes(live):
    """Three booklets in people's hands: fifteen passes. The third one is reported as lost."""
    first, second, third = live.nantes.serials[:3]
    codes = live.hand_over(first) + live.hand_over(second) + live.hand_over(third)
    distributing.block(live.world.session, third, "Perdu", "token:1", live.world.now)
    live.world.session.commit()
    return codes


def journal(counter):
    """What became of each scan, as the phone wrote it down."""
    return counter.phone.run(
        """const {openPhone} = await import('/scanner/phone.js');
        return (await (await openPhone()).journal.entries())
          .map(({scanId, verdict, reason}) => [scanId, verdict, reason ?? null])"""
    )


def test_good_passes_are_amber_stolen_stock_and_blocked_booklets_are_red(phone, live, codes):
    stolen = live.world.codes(live.nantes.serials[4])
    counter = Counter(phone).pair()
    live.stop()
    look, said = counter.take(codes[0])
    assert look == "kept"
    assert said == (
        "Pass gardé. À confirmer Donnez le service. Le téléphone enverra dès qu'il a du réseau. "
        "Si ce pass avait déjà servi, votre lieu sera payé quand même."
    )
    counter.next()
    assert counter.band() == (
        "Hors connexion. 1 pass gardé, 10 €, depuis 1 min. Envoyer maintenant"
    )
    look, said = counter.take(stolen[0])
    assert look == "refused"
    assert said.startswith("Ce pass n'a pas été remis")
    counter.next()
    look, said = counter.take(codes[10])
    assert look == "refused"
    assert said.startswith("Ce carnet est bloqué")
    counter.next()
    look, said = counter.refused(codes[0])
    assert look == "used"
    assert said.startswith("Ce pass a déjà été utilisé ici Le 16 novembre à 10 h 0")
    assert len(counter.waiting()) == 1


def test_what_was_kept_outlives_a_reload_and_the_end_of_the_browser(phones, live, codes, tmp_path):
    counter = Counter(phones.new(folder=tmp_path / "phone")).pair()
    live.stop()
    counter.take(*codes[:3])
    counter.next()
    kept = counter.waiting()
    counter.phone.page.reload()
    counter.ready()
    assert counter.waiting() == kept
    counter.phone.close()
    live.later(hours=2)
    counter = Counter(phones.new(folder=tmp_path / "phone")).open()
    counter.phone.see("Hors connexion.")
    assert counter.band() == (
        "Hors connexion. 3 pass gardés, 30 €, le plus ancien depuis 2 h. Envoyer maintenant"
    )
    assert counter.waiting() == kept
    live.start()
    counter.press("send_now")
    counter.calm()
    assert counter.waiting() == []
    assert [verdict for _, verdict, _ in journal(counter)] == ["confirmed"] * 3
    assert sorted(scan for scan, _, _ in journal(counter)) == sorted(kept)
    assert live.count(REDEMPTIONS) == 3
    assert live.problems() == []


def test_what_waits_is_sent_by_itself_when_the_service_is_back(phone, live, codes):
    counter = Counter(phone).pair()
    live.stop()
    counter.take(codes[0])
    counter.next()
    live.start()
    counter.calm()
    assert live.count(REDEMPTIONS) == 1
    assert len(journal(counter)) == 1


def test_two_phones_use_the_same_passes_one_wins_the_other_is_an_incident(phones, live, codes):
    naga = live.world.at(NAGA, live.nantes.campaign, "Nâga")
    ours, theirs = Counter(phones.new()).pair(), Counter(phones.new()).pair(naga.site)
    live.stop()
    ours.take(*codes[:3])
    theirs.take(*codes[1:4])
    ours.next()
    theirs.next()
    live.start()
    for counter in (ours, theirs):
        counter.press("send_now")
        counter.phone.page.wait_for_function(
            "() => !document.querySelector('#band').textContent.includes('gardé')"
        )
    assert ours.band() == ""
    assert theirs.band() == "2 pass demandent votre attention. Voir"
    assert [verdict for _, verdict, _ in journal(ours)] == ["confirmed"] * 3
    assert sorted(verdict for _, verdict, _ in journal(theirs)) == ["confirmed", "used", "used"]
    theirs.press("person_go")
    theirs.phone.see("Refusé après le service. Ce pass a déjà été utilisé ailleurs")
    assert live.count(REDEMPTIONS) == 4
    assert live.count("SELECT sum(cents) FROM transfer WHERE kind = 'use'") == 4000
    assert live.count("SELECT count(*) FROM incident WHERE kind = 'double_use'") == 2
    assert live.count("SELECT sum(cents) FROM incident WHERE borne_by = 'scheme'") == 2000
    assert live.problems() == []


def test_the_phone_warns_after_a_day_and_keeps_no_more_passes_after_three(phone, live, codes):
    counter = Counter(phone).pair()
    live.stop()
    counter.take(codes[0])
    counter.next()
    live.later(hours=25)
    counter.open()
    assert "1 pass gardé, 10 €, depuis 25 h." in counter.band()
    assert "Cherchez du réseau aujourd'hui : des pass attendent depuis longtemps." in counter.band()
    live.later(hours=48)
    counter.open()
    assert "Sans réseau depuis 3 jours" in counter.band()
    look, said = counter.take(codes[1])
    assert look == "refused"
    assert said.startswith("Ce téléphone a besoin du réseau")
    assert len(counter.waiting()) == 1


def test_a_revoked_phone_keeps_what_it_kept_and_sends_it_once_it_is_paired_again(
    phone, live, codes
):
    counter = Counter(phone).pair()
    live.stop()
    counter.take(*codes[:2])
    counter.next()
    live.start()
    phone.expect("status of 401")
    device = live.count("SELECT max(id) FROM device")
    pairing.revoke_device(live.world.session, device, live.now())
    live.world.session.commit()
    counter.press("send_now")
    phone.see("Ce téléphone n'est plus autorisé.")
    assert len(counter.waiting()) == 2
    counter.press("revoked_go")
    phone.see("Vos 2 pass gardés, 20 €, ne sont pas perdus.")
    counter.pair()
    counter.calm()
    assert counter.waiting() == []
    assert live.count(REDEMPTIONS) == 2
