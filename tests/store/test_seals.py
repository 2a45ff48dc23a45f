"""Seals stay what they were: old ones verify for ever, and an old house's fees are sealed late."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.support.cast import World
from voucher_service.actions import sealing
from voucher_service.actions.auditing_seals import seal_faults
from voucher_service.core import ledger_out
from voucher_service.core.sealing import GENESIS, leaf
from voucher_service.store import seals
from voucher_service.store.migrations import upgrade
from voucher_service.store.postings import post

NOON = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)

A_USE: Any = SimpleNamespace(
    id=7,
    event="use:7",
    kind="use",
    campaign_id=1,
    debit="outstanding:campaign:1",
    credit="payable:association:1",
    cents=1_000,
    value_date=date(2026, 11, 16),
    recorded_at=NOON,
    reference="redemption:7",
    reverses=None,
)


def test_a_movement_is_hashed_as_it_was_by_the_first_seals():
    digest = leaf(seals.content(seals.SCHEME, A_USE)).hex()
    assert digest == "ce12dadb5a3020d325058a0bc0d4a43cf18a392809cdd949b235354dd91a5a75"


BEFORE = "0027"
"""The last state of a database whose fees had no seals."""

OLD_ROWS = """
INSERT INTO funder (id, name, kind, created_at, needs_engagement, needs_service_code)
VALUES (1, 'Nantes Métropole', 'public', :at, false, false);
INSERT INTO fee_document (number, kind, funder_id, net_cents, vat_cents, total_cents, document,
sha256, signature, kid, issued_at)
VALUES ('FS-2026-000001', 'fee_invoice', 1, 10, 2, 12, '{}', '', '', '', :at);
INSERT INTO fee_transfer
(event, kind, debit, credit, cents, value_date, recorded_at, reference) VALUES
('fee_invoiced:FS-2026-000001', 'fee_invoiced', 'fees:receivable:funder:1', 'fees:income', 10,
'2026-11-16', :at, 'FS-2026-000001'),
('fee_vat_invoiced:FS-2026-000001', 'fee_vat_invoiced', 'fees:receivable:funder:1', 'fees:vat', 2,
'2026-11-16', :at, 'FS-2026-000001')"""


@pytest.fixture
def old_house(engine: Engine) -> Engine:
    """A house that invoiced fees before they were sealed."""
    _empty(engine)
    upgrade(engine, BEFORE)
    with engine.begin() as connection:
        for statement in OLD_ROWS.split(";"):
            connection.execute(text(statement), {"at": NOON.isoformat(" ")})
    return engine


def _empty(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
            return
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        for (name,) in connection.execute(text(tables)).all():
            connection.execute(text(f"DROP TABLE {name}"))


def test_an_old_house_seals_at_once_all_the_fees_that_it_has(old_house: Engine):
    upgrade(old_house)
    with Session(old_house) as session:
        assert seals.waiting(session, seals.FEES) == 2
        link = sealing.seal(session, NOON, seals.FEES)
        assert link is not None
        assert (link.number, link.count, link.cents, link.previous) == (1, 2, 12, GENESIS)
        assert sealing.seal(session, NOON, seals.FEES) is None
        assert list(seal_faults(session, chain=seals.FEES)) == []


def test_a_slow_commit_is_simply_in_the_next_seal(pg_engine: Engine):
    with Session(pg_engine) as slow, Session(pg_engine) as quick:
        world = World(pg_engine, quick)
        campaign = world.campaign({world.funder("Métropole"): 1})
        quick.commit()
        for session, name in ((slow, "first"), (quick, "second")):
            post(session, [ledger_out.bank_charge(name, campaign, 5, NOON.date())], NOON)
        quick.commit()
        for finished in (quick, slow):  # the first number is committed last
            finished.commit()
            link = sealing.seal(quick, NOON)
            assert link is not None
            assert link.count == 1
            quick.commit()
        assert list(seal_faults(quick)) == []
        world.close_book()
