"""A transfer by Stripe goes back whole or in parts, asked here or made at Stripe: each part once.

A part pays what the association owes back; what is beyond is owed to it, on its next statement. No
sum of parts is above the transfer, whoever asks and in whatever order Stripe tells of them.
"""

from dataclasses import replace

from tests.support.autumn import END_OF_DECEMBER
from tests.support.desks import sign_in
from tests.support.fake_stripe import Fault, accounts
from tests.support.rail import ALIS44, PING, Desk
from voucher_service.actions import judging
from voucher_service.cli.gifts import compare_with_stripe
from voucher_service.core.campaign import PARIS
from voucher_service.jobs import rail as jobs
from voucher_service.store import tables
from voucher_service.store.session import sessions_on


def entries(desk: Desk, end_to_end: str) -> list[tuple[str, int]]:
    """What the ledger moved when parts of a payout went back: kind and cents."""
    session, table = desk.service.world.session, tables.Transfer
    session.commit()
    found = session.query(table).filter_by(reference=end_to_end).order_by(table.id)
    listed = [(row.kind, row.cents) for row in found if row.kind.startswith("rail_")]
    session.commit()
    return [one for one in listed if one[0] != "rail_paid"]


def parts(desk: Desk, end_to_end: str) -> list[tuple[str | None, int, str]]:
    """The parts that went back, as the API lists them."""
    items = desk.maker.get(f"/payouts/{end_to_end}/reversals").get_json()["items"]
    return [(item["name"], item["amount_cents"], item["by"].partition(":")[0]) for item in items]


def overpaid(desk: Desk, cents: int) -> None:
    """The bank had paid PiNG too much: it owes that back."""
    world, autumn = desk.service.world, desk.autumn
    whose = autumn.campaign, autumn.ping.association
    number = judging.open_overpayment(
        world.session, *whose, cents, "DEB 77", "Virement en double", "token:1", world.now
    )
    judging.accept(world.session, number, "Virement en double", "token:2", world.now)
    world.session.commit()


def test_a_transfer_goes_back_in_parts_and_never_beyond_what_was_sent(desk: Desk):
    desk.paid()
    first = desk.take_back(PING, amount_cents=1_000, name="INC-1", reason="Un pass annulé")
    assert first.get_json() | {"reversal": ""} == {
        "end_to_end": PING,
        "reversal": "",
        "name": "INC-1",
        "amount_cents": 1_000,
        "left_cents": 6_000,
    }
    assert desk.take_back(PING, amount_cents=2_000, name="INC-2").status_code == 200
    beyond = desk.take_back(PING, amount_cents=4_001, name="INC-3")
    assert (beyond.status_code, beyond.get_json()["reason"]) == (422, "more_than_left")
    assert desk.states() == ["settled", "settled"]  # a part leaves the rest paid
    the_association_sees_it(desk)
    assert entries(desk, PING) == [("rail_owed", 1_000), ("rail_owed", 2_000)]
    rest = desk.take_back(PING)
    assert (rest.get_json()["amount_cents"], rest.get_json()["left_cents"]) == (4_000, 0)
    assert desk.take_back(PING).get_json()["reason"] == "reversed_already"
    assert desk.transfer(PING)["amount_reversed"] == 7_000
    payout = desk.maker.get(f"/payouts?statement={PING}").get_json()["items"][0]
    assert (payout["state"], payout["taken_back_cents"]) == ("settled", 7_000)
    assert desk.owed_and_owing(desk.autumn.ping.association) == (7_000, 0)
    assert desk.differences() == []


def the_association_sees_it(desk: Desk) -> None:
    mine = desk.service.by("association", desk.autumn.ping.association)
    (payout,) = mine.get("/payouts").get_json()["items"]
    assert payout["taken_back_cents"] == 3_000
    assert mine.get(f"/payouts/{PING}/reversals").status_code == 403
    client = desk.service.app.test_client()
    sign_in(client, "association_manager", desk.autumn.ping.association)
    page = client.get(f"/association/statements/{PING}", base_url="https://localhost")
    assert "Repris par Stripe : 20,00 €" in " ".join(page.text.split())  # whatever the spaces


def test_a_part_is_on_the_next_statement_which_pays_it(desk: Desk):
    desk.paid()
    desk.take_back(PING, amount_cents=3_000, name="INC-1", reason="Deux pass de trop")
    desk.home(3_000)
    world, autumn = desk.service.world, desk.autumn
    autumn.spend(autumn.ping, 1)
    world.now = END_OF_DECEMBER.astimezone(PARIS)
    numbers = world.close("2026-12", END_OF_DECEMBER)
    document = autumn.statement(numbers[0])
    assert document["totals"]["granted_cents"] == 3_000
    assert document["totals"]["net_cents"] == 4_000
    (line,) = document["corrections"]
    assert (line["kind"], line["cents"]) == ("rail_owed", 3_000)
    assert line["reason"] == f"{PING}: Deux pass de trop"
    assert desk.differences() == []


def test_a_part_pays_first_what_the_association_owes_back(desk: Desk):
    desk.paid()
    overpaid(desk, 1_000)
    ping = desk.autumn.ping.association
    assert desk.owed_and_owing(ping) == (0, 1_000)
    desk.take_back(PING, amount_cents=1_500, name="INC-1")
    assert entries(desk, PING) == [("rail_repaid", 1_000), ("rail_owed", 500)]
    assert desk.owed_and_owing(ping) == (500, 0)
    world = desk.service.world
    desk.home(1_500)
    world.now = END_OF_DECEMBER.astimezone(PARIS)
    totals = desk.autumn.statement(world.close("2026-12", END_OF_DECEMBER)[0])["totals"]
    named = ("charged_cents", "repaid_cents", "granted_cents", "carried_out_cents", "net_cents")
    assert [totals[name] for name in named] == [1_000, 1_000, 500, 0, 500]


def test_a_part_counts_once_under_its_name(desk: Desk):
    desk.paid()
    once = desk.take_back(PING, amount_cents=1_000, name="INC-1").get_json()
    again = desk.take_back(PING, amount_cents=1_000, name="INC-1")
    assert (again.status_code, again.get_json()) == (200, once)
    other = desk.take_back(PING, amount_cents=2_000, name="INC-1")
    assert (other.status_code, other.get_json()["reason"]) == (409, "name_used")
    nameless = desk.take_back(PING, amount_cents=2_000)
    assert (nameless.status_code, nameless.get_json()["reason"]) == (422, "name_missing")
    assert desk.transfer(PING)["amount_reversed"] == 1_000
    keys = [key for _, key in desk.stripe.lines("POST", "/v1/transfers/") if key]
    assert keys == [f"reversal:{PING}:INC-1"]


def test_a_part_whose_answer_was_lost_is_found_by_its_name(desk: Desk):
    desk.paid()
    desk.stripe.faults += [Fault("lost", "POST /v1/transfers/.*")] * 3
    lost = desk.take_back(PING, amount_cents=1_000, name="INC-1")
    assert (lost.status_code, lost.headers["Retry-After"]) == (503, "30")
    assert parts(desk, PING) == []
    desk.stripe.answers.clear()  # a day later Stripe has forgotten the key
    otherwise = desk.take_back(PING, amount_cents=2_000, name="INC-1")
    assert otherwise.get_json()["reason"] == "name_used"
    assert desk.take_back(PING, amount_cents=1_000, name="INC-1").status_code == 200
    assert desk.transfer(PING)["amount_reversed"] == 1_000
    assert parts(desk, PING) == [("INC-1", 1_000, "token")]


def test_a_part_that_is_gone_from_there_moves_nothing(desk: Desk):
    desk.paid()
    for account in desk.stripe.objects.of("v2.core.account"):
        account["_balance"] = 999
    refused = desk.take_back(PING, amount_cents=1_000, name="INC-1")
    assert refused.get_json()["reason"] == "balance_insufficient"
    assert (entries(desk, PING), parts(desk, PING)) == ([], [])
    less = desk.take_back(PING, amount_cents=900, name="INC-1")
    assert (less.status_code, less.get_json()["reason"]) == (409, "asked_otherwise")
    assert desk.take_back(PING, amount_cents=900, name="INC-1-bis").status_code == 200


def test_the_rest_is_asked_for_anew_when_a_part_went_back_meanwhile(desk: Desk):
    desk.paid()
    desk.stripe.webhooks.take()
    desk.at_stripe(PING, 1_000)
    early = desk.take_back(PING)  # nobody has told of that part yet
    assert (early.status_code, early.get_json()["reason"]) == (409, "refused")
    desk.deliver()
    assert desk.take_back(PING).get_json()["amount_cents"] == 6_000
    assert desk.transfer(PING)["reversed"]


def test_what_was_taken_back_at_stripe_is_taken_in_once_in_any_order(desk: Desk):
    desk.paid()
    desk.stripe.webhooks.take()
    desk.at_stripe(PING, 1_000)
    desk.at_stripe(PING, 2_000)
    desk.at_stripe(ALIS44, 4_000)
    first, second, whole = desk.stripe.webhooks.take()
    assert desk.deliver([second, whole, first, second]) == [200] * 4
    assert parts(desk, PING) == [(None, 1_000, "stripe"), (None, 2_000, "stripe")]
    assert entries(desk, PING) == [("rail_owed", 1_000), ("rail_owed", 2_000)]
    assert entries(desk, ALIS44) == [("rail_taken_back", 4_000)]  # whole: paid anew
    assert desk.states() == ["settled", "returned"]
    assert desk.differences() == []


def test_what_no_webhook_told_is_found_at_night(desk: Desk):
    desk.paid()
    desk.stripe.webhooks.take()
    desk.at_stripe(PING, 1_000)
    desk.at_stripe(PING, 500)
    assert len(desk.differences()) == 1
    session = desk.service.world.session
    session.commit()
    told = compare_with_stripe(
        sessions_on(desk.service.world.engine), desk.service.services.settings
    )
    assert told.done is not None
    assert (told.done.events, told.done.differences) == (2, [])
    assert [cents for _, cents, _ in parts(desk, PING)] == [1_000, 500]


def test_a_webhook_that_comes_before_our_own_answer_names_the_part_as_we_did(desk: Desk):
    desk.paid()
    desk.stripe.webhooks.take()
    desk.stripe.faults += [Fault("lost", "POST /v1/transfers/.*")] * 3
    assert desk.take_back(PING, amount_cents=1_000, name="INC-1").status_code == 503
    desk.deliver()
    assert parts(desk, PING) == [("INC-1", 1_000, "stripe")]
    assert desk.take_back(PING, amount_cents=1_000, name="INC-1").status_code == 200
    assert desk.transfer(PING)["amount_reversed"] == 1_000
    assert parts(desk, PING) == [("INC-1", 1_000, "stripe")]


def test_a_transfer_whose_answer_was_lost_is_learnt_from_what_took_it_back(desk: Desk):
    desk.recipients()
    desk.batch()
    desk.fund()
    desk.stripe.faults += [Fault("lost", "POST /v1/transfers")] * 3
    assert "stripe_away" in desk.send()
    (sent,) = desk.stripe.objects.of("transfer")
    desk.stripe.webhooks.take()
    desk.at_stripe(sent["description"], 1_000)
    desk.deliver()
    assert entries(desk, sent["description"]) == [("rail_owed", 1_000)]
    assert desk.send() == "1 payouts sent by Stripe"
    assert desk.states() == ["settled", "settled"]


def test_a_transfer_of_somebody_else_is_left_alone(desk: Desk):
    desk.paid()
    account = desk.stripe.objects.of("v2.core.account")[0]["id"]
    about = {"end_to_end": PING}
    for metadata in ({}, about):  # even one that bears the name of a payout
        asked = {"amount": 100, "currency": "eur", "destination": account, "metadata": metadata}
        desk.stripe.transaction("topup", 100, "", 0)
        accounts.reverse(desk.stripe, accounts.transfer(desk.stripe, asked)["id"], {"amount": 40})
    checksum = parts(desk, PING), entries(desk, PING)
    told = desk.stripe.webhooks.take("transfer.reversed")
    desk.deliver(told)
    assert (parts(desk, PING), entries(desk, PING)) == checksum == ([], [])
    session = desk.service.world.session
    assert {row.outcome for row in session.query(tables.StripeEvent)} == {jobs.NOT_OURS}
    session.commit()
    other = desk.stripe.tell("transfer.created", desk.transfer(PING))
    assert desk.deliver([other]) == [200]
    assert session.get_one(tables.StripeEvent, other["id"]).outcome == "ignored"
    session.commit()
    off = replace(desk.service.services.settings.stripe, payouts_key="", key="")
    desk.service.services.settings = replace(desk.service.services.settings, stripe=off)
    assert desk.deliver(told[:1]) == [409]
