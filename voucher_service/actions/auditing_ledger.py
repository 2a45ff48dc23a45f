"""Reading the ledger again: every transfer against what made it, and every fact against the ledger.

A transfer is found by its event, the business key; what it should say is built anew by the same
accounting manual (``core.ledger``) from the call, receipt, redemption, contest or payout behind it.
Nothing is repaired here.
"""

from datetime import datetime
from typing import Any

from voucher_service.actions.auditing_sources import LONG_AGO, TRACED, sources
from voucher_service.actions.auditing_steps import Steps
from voucher_service.core import accounts, ledger
from voucher_service.core.campaign import Funding, paris_day
from voucher_service.core.canonical import Json
from voucher_service.core.findings import MISSING, Chapter, Difference, Finding, differences
from voucher_service.core.transfer import Kind, Transfer
from voucher_service.store import evidence
from voucher_service.store.session import Session


def audit_ledger(session: Session, since: datetime | None, steps: Steps) -> Chapter:
    """Every transfer against what is behind it. ``since`` leaves out older uses of passes."""
    chapter = Chapter("ledger")
    _uses(chapter, session, since, steps)
    _others(chapter, session)
    return chapter


def _uses(chapter: Chapter, session: Session, since: datetime | None, steps: Steps) -> None:
    for row in steps.along(evidence.uses_of_redemptions(session, since)):
        chapter.looked_at += 1
        if row.id is None:
            chapter.wrong("transfer_missing", ledger.use_event(row.r_id), [_lost(_use(row))])
        elif not _same_use(row):
            found = differences(_facts(_use(row)), _as_written(row))
            chapter.wrong("transfer_field", row.event, list(found))
    for row in evidence.uses_alone(session, since):
        chapter.looked_at += 1
        chapter.wrong("transfer_unexplained", row.event, [_extra(row)])


def _same_use(row: Any) -> bool:  # noqa: ANN401 - a row with its columns by name
    """The comparison in its cheapest form: there are millions of these."""
    return (
        row.cents == row.r_cents
        and row.campaign_id == row.r_campaign
        and row.kind == "use"
        and row.reverses is None
        and row.reference == f"redemption:{row.r_id}"
        and row.credit == f"payable:association:{row.r_association}"
        and row.debit == accounts.value_account(row.r_campaign, Funding(row.r_funding))
        and row.value_date == paris_day(row.r_moment)
    )


def _use(row: Any) -> Transfer:  # noqa: ANN401
    return ledger.use(
        row.r_id,
        row.r_campaign,
        Funding(row.r_funding),
        row.r_association,
        row.r_cents,
        paris_day(row.r_moment),
    )


def _others(chapter: Chapter, session: Session) -> None:
    """Everything but uses: rare enough to be held at once."""
    written = {row.event: row for row in evidence.transfers_but_uses(session)}
    chapter.looked_at += len(written)
    explained = set()
    for expected, loose in sources(session, written):
        explained.add(expected.event)
        row = written.get(expected.event)
        if row is None:
            chapter.wrong("transfer_missing", expected.event, [_lost(expected)])
            continue
        facts = {name: value for name, value in _facts(expected).items() if name not in loose}
        found = list(differences(facts, _as_written(row)))
        if found:
            chapter.wrong("transfer_field", expected.event, found)
    for event, row in written.items():
        if event not in explained:
            _alone(chapter, row)


def _alone(chapter: Chapter, row: Any) -> None:  # noqa: ANN401
    """Nothing is behind it. A kind that this audit does not know is left to the seals, and said."""
    if row.kind in set(Kind) - TRACED:
        chapter.remarks.append(Finding("transfer_not_traced", row.event))
    else:
        chapter.wrong("transfer_unexplained", row.event, [_extra(row)])


def _lost(transfer: Transfer) -> Difference:
    return Difference("", _in_a_line(_facts(transfer)), MISSING)


def _extra(row: Any) -> Difference:  # noqa: ANN401
    return Difference("", MISSING, _in_a_line(_as_written(row)))


def _in_a_line(facts: dict[str, Json]) -> str:
    dated = f", {facts['value_date']}" if facts["value_date"] != LONG_AGO.isoformat() else ""
    return f"{facts['debit']} → {facts['credit']}, {facts['cents']} cents{dated}"


def _facts(transfer: Transfer) -> dict[str, Json]:
    return {
        "kind": transfer.kind.value,
        "campaign": transfer.campaign,
        "debit": transfer.debit,
        "credit": transfer.credit,
        "cents": transfer.cents,
        "value_date": transfer.value_date.isoformat(),
        "reference": transfer.reference,
        "reverses": transfer.reverses,
    }


def _as_written(row: Any) -> dict[str, Json]:  # noqa: ANN401
    return {
        "kind": row.kind,
        "campaign": row.campaign_id,
        "debit": row.debit,
        "credit": row.credit,
        "cents": row.cents,
        "value_date": row.value_date.isoformat(),
        "reference": row.reference,
        "reverses": row.reverses,
    }
