"""One story, from an order to balanced books, for whoever pays for the scheme.

Four funders pay for booklets. A CCAS hands one to somebody, who spends it at two associations. A
phone without network, a wrong scan, a stolen booklet: all of it ends on statements that add up.
"""

from datetime import date, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.cast import ALIS44, CV, FORMS, MAILBOX, PING, World, trust_the_keys
from tests.support.ending import end, refund
from tests.support.paying import settle
from voucher_service.actions import distributing, settling, undoing
from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.core.attestation import verify
from voucher_service.core.campaign import PARIS, FixedDate
from voucher_service.core.passes import Accepted, Refused
from voucher_service.core.reasons import Reason
from voucher_service.store import tables
from voucher_service.store.postings import balances
from voucher_service.store.trust import keys


def test_from_an_order_to_balanced_books(engine: Engine):
    with Session(engine) as session:
        trust_the_keys(session)
        world = World(engine, session, now=datetime(2026, 11, 2, 9, 0, tzinfo=PARIS))
        try:
            tell_the_story(world)
        finally:
            world.close_book()


def tell_the_story(world: World) -> None:  # noqa: PLR0915 - a story is told in one breath
    session = world.session

    # Four funders share the cost of twenty booklets of five passes of 10 €: 1,000.00 €.
    metropole, departement, state, msa = (
        world.funder(name) for name in ("Nantes Métropole", "Loire-Atlantique", "État", "MSA")
    )
    shares = {metropole: 40, departement: 30, state: 20, msa: 10}
    campaign = world.campaign(shares, validity=FixedDate(date(2027, 6, 30)))
    order = world.order(campaign, 20)
    assert world.calls(order) == {
        metropole: 40_000,
        departement: 30_000,
        state: 20_000,
        msa: 10_000,
    }

    # Their money arrives. Only then do the passes have a value, and all of it is in the account.
    world.fund(order)
    assert (books(session).bank_reserved, books(session).outstanding) == (100_000, 100_000)

    # The booklets are made, sent to the CCAS, and three are given to people. No name is asked.
    serials = world.issue(order)
    ccas = world.point("CCAS de Nantes")
    world.stock(serials, ccas)
    first, second, stolen = serials[:3]
    for serial in (first, second, stolen):
        world.hand_over(serial, ccas)

    # Somebody learns to use a mailbox at PiNG with two passes, and writes a CV at Alis44 with one.
    ping = world.at(PING, campaign, "PiNG Breil")
    alis44 = world.at(ALIS44, campaign, "Alis44 Bottière")
    one, two, three, four, five = world.codes(first)
    assert isinstance(world.redeem(ping, one, service=MAILBOX), Accepted)
    assert isinstance(world.redeem(ping, two, service=MAILBOX), Accepted)
    assert isinstance(world.redeem(alis44, three, service=CV), Accepted)

    # A pass is spent once: the second time, the phone says when and that it was elsewhere.
    again = world.redeem(alis44, one, service=CV)
    assert isinstance(again, Refused)
    assert again.reason is Reason.ALREADY_REDEEMED_ELSEWHERE

    # The network is down at PiNG. The phone keeps a scan and sends it in the evening.
    served = world.now
    world.later(hours=8)
    kept = world.redeem(ping, four, service=FORMS, moment=served, offline=True)
    assert isinstance(kept, Accepted)
    assert kept.moment == served

    # The wrong pass was read: it is taken back within half an hour, and can be spent again.
    assert isinstance(world.redeem(ping, five, scan_id="scan-wrong"), Accepted)
    world.later(minutes=10)
    undoing.undo(session, ping.site, ping.device, "scan-wrong", "mauvais pass", world.now)
    assert isinstance(world.redeem(alis44, five, service=FORMS), Accepted)

    # A booklet is stolen. It is blocked, refused everywhere, and replaced by a new one.
    distributing.block(session, stolen, "volé", "token:1", world.now)
    refused = world.redeem(ping, world.codes(stolen)[0])
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.BLOCKED
    replacement = distributing.replace(session, stolen, "volé", "token:1", world.now)
    session.commit()
    world.hand_over(replacement, ccas)
    assert isinstance(world.redeem(ping, world.codes(replacement)[0]), Accepted)

    # November is closed: PiNG earned 40.00 €, Alis44 20.00 €; each funder bears its exact share.
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    numbers = world.close("2026-11", datetime(2026, 12, 1, tzinfo=PARIS), actor="token:1")
    statements = [session.get_one(tables.Statement, number) for number in numbers]
    assert [statement.total_cents for statement in statements] == [
        4_000,
        2_000,
        2_400,
        1_800,
        1_200,
        600,
    ]

    # Anybody can check a statement with the public key; a second person approves it.
    (public,) = [key.public for key in keys(session, "statement")]
    for statement in statements:
        assert verify(statement.document, statement.signature, public)
        settling.approve_statement(session, statement.number, "token:2", world.now)

    # The associations are paid. The account still covers everything that is owed.
    for number in numbers[:2]:
        settle(world, number)
    assert books(session).bank_reserved == 94_000
    assert books(session).solvent

    # The campaign ends. What was not used goes back to those who paid, to the cent.
    world.now = datetime(2027, 8, 9, 9, 0, tzinfo=PARIS)
    credited = end(world, campaign)
    assert credited == {metropole: 37_600, departement: 28_200, state: 18_800, msa: 9_400}
    for funder in shares:
        refund(world, campaign, funder)
    session.commit()

    # Nothing is left anywhere, and every check of the books holds.
    assert {cents for _, _, cents in balances(session)} == {0}
    assert check_books(session) == []
