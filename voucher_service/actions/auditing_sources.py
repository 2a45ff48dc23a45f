"""What the ledger should hold, built anew from the rows behind each transfer. Uses excepted.

Each source gives whole transfers, by the same accounting manual that wrote them, and says which
fields it cannot know (``loose``). Nothing is compared here.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from voucher_service.actions.auditing_end import of_the_end
from voucher_service.actions.auditing_rail import of_funded, of_rail, payouts_of_reversals
from voucher_service.actions.auditing_stripe import of_stripe
from voucher_service.core import accounts, ledger, ledger_out, ledger_rail, ledger_stripe
from voucher_service.core.campaign import Funding, paris_day
from voucher_service.core.corrections import Correcting, correction, fee_returned, offset
from voucher_service.core.transfer import Kind, Transfer
from voucher_service.store import evidence, evidence_papers, rail, tables
from voucher_service.store.session import Session

Written = Mapping[str, Any]
"""The transfers of the ledger by event, as rows with their columns by name."""

Expected = Iterator[tuple[Transfer, frozenset[str]]]
"""Transfers that must be there, each with the fields that are not known from its source."""

ALL_KNOWN: frozenset[str] = frozenset()
NO_DATE = frozenset({"value_date"})
SHAPE_ONLY = frozenset({"value_date", "cents", "campaign"})

TRACED = frozenset(Kind)
"""Kinds that this module explains. The others are left to seals and invariants, and said so."""

LONG_AGO = date(2000, 1, 1)
"""Stands for a value date that is not compared."""


def sources(session: Session, written: Written) -> Expected:
    """Every transfer but uses that the register explains or demands."""
    for source in (
        _calls,
        _receipts,
        _undone,
        _contests,
        _frauds,
        _corrections,
        _statements,
        _payouts,
    ):
        yield from source(session, written)
    yield from of_the_end(session)
    yield from of_stripe(session)
    yield from _reversals(written)
    yield from _shapes(written)


def _calls(session: Session, written: Written) -> Expected:
    """Each call, and the activation of its part each time its order was covered."""
    for row in evidence.calls(session):
        yield (
            ledger.call(
                row.number, row.campaign_id, row.funder_id, row.amount_cents, row.called_on
            ),
            ALL_KNOWN,
        )
        first = f"activation:{row.order_id}.1:{row.funder_id}"
        attempt = 1
        while (event := f"activation:{row.order_id}.{attempt}:{row.funder_id}") in written or (
            event == first and row.funded_at is not None
        ):
            part = {row.funder_id: row.amount_cents}
            activated = ledger.activation(
                f"{row.order_id}.{attempt}", row.campaign_id, part, LONG_AGO
            )
            yield from ((transfer, NO_DATE) for transfer in activated)
            attempt += 1


def _receipts(session: Session, written: Written) -> Expected:
    for row in evidence.receipts(session):
        owed, deposit = (written.get(f"receipt:{row.id}:{part}") for part in ("owed", "deposit"))
        covered = 0 if deposit is not None else row.amount_cents
        if owed is not None and deposit is not None:
            covered = owed.cents  # how much was owed that day; the deposit must be the rest
        parts = ledger.receipts(
            row.id,
            row.campaign_id,
            row.funder_id,
            row.amount_cents,
            covered,
            row.received_on,
            row.reference,
            accounts.BANK if row.gift_id is None else accounts.gift(row.funder_id),
        )
        yield from ((part, ALL_KNOWN) for part in parts)
        if row.reversed_at is not None:
            yield from ((ledger.reversal(part, LONG_AGO), NO_DATE) for part in parts)


def _use_of(row: Any) -> Transfer:  # noqa: ANN401 - a row with its columns by name
    """The use behind an undo or a contest, from its redemption."""
    return ledger.use(
        row.redemption_id,
        row.campaign_id,
        Funding(row.funding),
        row.association_id,
        row.cents,
        paris_day(row.moment),
    )


def _undone(session: Session, _written: Written) -> Expected:
    for row in evidence.undone(session):
        yield ledger.undo(_use_of(row), paris_day(row.at)), ALL_KNOWN


def _contests(session: Session, _written: Written) -> Expected:
    for row in evidence.contestations(session):
        use, payee = _use_of(row), row.association_id
        yield ledger.contest(row.id, use, payee, paris_day(row.opened_at)), ALL_KNOWN
        if row.outcome is not None:
            end = ledger.contest_upheld if row.outcome == "upheld" else ledger.contest_rejected
            yield end(row.id, use, payee, paris_day(row.decided_at)), ALL_KNOWN


def _frauds(session: Session, _written: Written) -> Expected:
    for row in evidence.frauds(session):
        yield ledger.reversal(_use_of(row), paris_day(row.at)), ALL_KNOWN


def _corrections(session: Session, _written: Written) -> Expected:
    taken_back = payouts_of_reversals(session)
    for row in evidence.corrections(session):
        on = paris_day(row.at)
        if row.redemption_id is not None:
            entry = ledger.cancelled_after_payment(row.id, _use_of(row), row.payee, on)
        else:
            kind = Correcting(row.kind)
            whose = (row.of_campaign, row.payee, row.corrected, on)
            payout = taken_back.get((row.reference or "").partition(":")[0])
            entry = correction(row.id, kind, *whose, payout)
        yield entry, ALL_KNOWN


def _statements(session: Session, _written: Written) -> Expected:
    """What a close writes: fees, offsets, and the calls of post-funded campaigns."""
    for row in evidence_papers.statements(session, None):
        try:
            transfers = list(_of_statement(row, json.loads(row.document)))
        except (KeyError, TypeError, ValueError):
            continue  # not a statement any more: the chapter of documents says so
        yield from ((transfer, ALL_KNOWN) for transfer in transfers)


OF_A_STATEMENT = (
    (ledger_out.fee_kept, "fee_cents"),
    (fee_returned, "fee_returned_cents"),
    (offset, "offset_cents"),
)
"""What an association's statement moves by itself, and where it says how much."""


def _of_statement(row: tables.Statement, document: Any) -> Iterator[Transfer]:  # noqa: ANN401
    issued_on = paris_day(row.issued_at)
    if row.association_id is not None:
        for part in document["campaigns"]:
            campaign = int(part["id"])
            for event, name in OF_A_STATEMENT:
                if cents := part[name]:
                    yield event(row.number, campaign, row.association_id, cents, issued_on)
    elif document["campaign"]["funding"] == Funding.POSTPAID:
        share = {int(document["funder"]["id"]): document["share"]["period_cents"]}
        label, campaign = document["period"]["label"], int(document["campaign"]["id"])
        yield from ledger_out.postpaid_calls(label, campaign, share, issued_on)


def _payouts(session: Session, _written: Written) -> Expected:
    by_stripe = {row.end_to_end: row for row in rail.sent(session)}
    back = {(row.end_to_end, row.cents): row for row in rail.reversals(session)}
    for payout, statement in evidence.payouts(session):
        if statement is None or statement.association_id is None:
            continue
        parts = evidence.stated_parts(statement)
        if payout.end_to_end in by_stripe:
            whole = back.get((payout.end_to_end, payout.cents))
            sent = by_stripe[payout.end_to_end]
            yield from of_rail(payout, sent, whole, statement.association_id, parts)
        else:
            yield from _of_payout(payout, statement.association_id, parts)
    yield from of_funded(session)


def _of_payout(payout: tables.Payout, association: int, parts: list[tuple[int, int]]) -> Expected:
    name = payout.end_to_end
    if payout.sent_at is None:
        return  # planned in a batch, or withdrawn with it
    sent_on = paris_day(payout.sent_at)
    for campaign, cents in parts:
        yield ledger_out.payout_sent(name, campaign, association, cents, sent_on), ALL_KNOWN
        if payout.rejected_at is not None:
            never = ledger_out.payout_rejected(name, campaign, association, cents, LONG_AGO)
            yield never, NO_DATE
        if payout.settled_at is not None:
            yield ledger_out.payout_executed(name, campaign, cents, LONG_AGO), NO_DATE
        if payout.returned_at is not None:
            yield ledger_out.payout_returned(name, campaign, association, cents, LONG_AGO), NO_DATE


def _reversals(written: Written) -> Expected:
    """An entry made in error is taken back by its mirror."""
    for event in written:
        taken_back = written.get(event.removeprefix("reversal:"))
        if event.startswith("reversal:") and taken_back is not None:
            yield ledger.reversal(_transfer(taken_back), LONG_AGO), NO_DATE


def _shapes(written: Written) -> Expected:
    for event, row in written.items():
        prefix, _, rest = event.partition(":")
        build = SHAPES.get(prefix)
        expected = build(rest, row) if build else None
        if expected is not None:
            yield expected, SHAPE_ONLY


def _charge(rest: str, row: Any) -> Transfer | None:  # noqa: ANN401
    return ledger_out.bank_charge(rest, row.campaign_id, row.cents, LONG_AGO)


def _top_up(rest: str, row: Any) -> Transfer | None:  # noqa: ANN401
    return ledger_out.top_up(rest, row.campaign_id, row.cents, LONG_AGO)


def _fee_restored(rest: str, row: Any) -> Transfer | None:  # noqa: ANN401
    return ledger_stripe.fee_restored(rest, row.campaign_id, row.cents, LONG_AGO)


def _rail_emptied(rest: str, row: Any) -> Transfer | None:  # noqa: ANN401
    return ledger_rail.emptied(rest, row.campaign_id, row.cents, LONG_AGO)


SHAPES: dict[str, Callable[[str, Any], Transfer | None]] = {
    "charge": _charge,
    "top_up": _top_up,
    "stripe_fee_restored": _fee_restored,
    "rail_emptied": _rail_emptied,
}
"""Kinds with no row of their own behind them, by how their events begin."""


def _transfer(row: Any) -> Transfer:  # noqa: ANN401
    return Transfer(
        Kind(row.kind),
        row.event,
        row.campaign_id,
        row.debit,
        row.credit,
        row.cents,
        row.value_date,
        row.reference,
        row.reverses,
    )
