"""What is done by the thousand: signing, drawing, issuing, closing a month."""

import time
from datetime import timedelta

from sqlalchemy import text

from bench.figures import Board, Figure
from bench.ground import PASSES, Ground, tidy
from tests.support.cast import OPERATOR, PASS_KEY, STATEMENT_KEY, TYPED_CODES
from voucher_service.actions import settling
from voucher_service.actions.freezing import Signatory
from voucher_service.actions.printing import print_passes

SIGN, SIGN_BARE = "sign a pass, with its typed code", "one Ed25519 signature, one core"

LABEL = "bench"

USES = text(
    """
WITH used AS (
    INSERT INTO redemption (booklet_id, number, campaign_id, association_id, site_id, device_id,
        scan_id, service, moment, recorded_at, undo_until, offline, cents)
    SELECT b.id, n, b.campaign_id, s.association_id, s.id, d.id, 'month-' || b.id || '-' || n,
        :service, :moment, :moment, :moment, false, 1000
    FROM booklet b CROSS JOIN generate_series(1, :passes) n
    JOIN device d ON d.id = 1 + b.id % (SELECT count(*) FROM device)
    JOIN site s ON s.id = d.site_id
    WHERE b.id BETWEEN :first AND :last RETURNING id, campaign_id, association_id, cents)
INSERT INTO transfer (event, kind, campaign_id, debit, credit, cents, value_date, recorded_at,
    reference)
SELECT 'use:' || id, 'use', campaign_id, 'outstanding:campaign:' || campaign_id,
    'payable:association:' || association_id, cents, current_date, :moment, 'redemption:' || id
FROM used"""
)
"""A month of uses, written at once: the same rows that as many scans would have left."""


def sign(board: Board, ground: Ground, booklets: int) -> None:
    """Passes a second through the action that prints, and bare signatures a second."""
    session = ground.stage.world.session
    wanted = range(1, booklets + 1)
    began = time.perf_counter()
    passes = sum(len(page) for page in print_passes(session, wanted, PASS_KEY, TYPED_CODES))
    board.add(SIGN, "passes/s", Figure(passes / (time.perf_counter() - began)))
    session.rollback()
    private, message = PASS_KEY.private, bytes(60)
    began = time.perf_counter()
    for _ in range(passes):
        private.sign(message)
    board.add(SIGN_BARE, "/s", Figure(passes / (time.perf_counter() - began)))
    board.against(SIGN, SIGN_BARE, "bare signatures")


def draw(board: Board, ground: Ground, pages: int) -> None:
    """Sheets of passes a second: each page a cover and five codes, as PDF/A."""
    from tests.documents.samples import TEXTS, booklet  # noqa: PLC0415 - Typst loads slowly
    from voucher_service.documents.booklet_sheets import render_booklets  # noqa: PLC0415

    del ground
    sheets = [booklet(number) for number in range(1, pages + 1)]
    render_booklets(sheets[:1], TEXTS)
    began = time.perf_counter()
    render_booklets(sheets, TEXTS)
    board.add("draw a booklet's sheet", "pages/s", Figure(pages / (time.perf_counter() - began)))


def issue(board: Board, ground: Ground, booklets: int) -> None:
    """Booklets a second, by the action that issues."""
    world = ground.stage.world
    order = world.order(ground.stage.campaign, booklets)
    world.fund(order)
    began = time.perf_counter()
    world.issue(order)
    seconds = time.perf_counter() - began
    board.add(f"issue {booklets:,} booklets", "s", Figure(seconds))
    board.add("booklets issued", "/s", Figure(booklets / seconds))


def close(board: Board, ground: Ground, uses: int) -> None:
    """Seconds to settle a month: claim, sum, check, seal, write and sign the statements."""
    world = ground.stage.world
    booklets = ground.deal(uses)
    moment = world.now - timedelta(minutes=10)
    with world.engine.begin() as connection:
        values = {"first": booklets.start, "last": booklets.stop - 1, "passes": PASSES}
        connection.execute(USES, values | {"moment": moment, "service": "Parentalité"})
    tidy(world.engine)
    settling.open_period(world.session, LABEL, world.now, world.now)
    world.session.commit()
    signatory = Signatory(OPERATOR, STATEMENT_KEY)
    began = time.perf_counter()
    settling.close_period(world.session, LABEL, signatory, "token:1", world.now)
    board.add(f"close a month of {uses:,} uses", "s", Figure(time.perf_counter() - began))
