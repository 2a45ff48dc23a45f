"""What the demonstration comes to, for a machine that compares and for a person who reads."""

from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.core.canonical import Json
from voucher_service.core.money import format_euros
from voucher_service.core.statements import books_document
from voucher_service.store.queries import figures
from voucher_service.store.session import Session


def totals(session: Session) -> dict[str, Json]:
    """Every figure of the pilot, read from the database. Amounts in cents."""
    pilot = figures.first_campaign(session)
    scheme = figures.figures(session, pilot)
    position = books(session)
    paid = figures.paid_and_payable(session, pilot)
    return {
        "booklets": scheme.booklets,
        "passes": scheme.passes,
        "handed_over": scheme.handed_over,
        "redeemed": scheme.redeemed,
        "undone": scheme.undone,
        "unmet_requests": scheme.unmet,
        "refused": {**figures.refusals_by_reason(session)},
        "services": {**figures.used_by_service(session, pilot)},
        "associations": {
            name: {"paid_cents": settled, "payable_cents": owed}
            for name, (settled, owed) in paid.items()
        },
        "funders_by_month": {
            label: {**by_funder}
            for label, by_funder in figures.funders_by_month(session, pilot).items()
        },
        "outstanding_cents": position.outstanding,
        "books": books_document(position),
        "check_books": [
            f"{problem.invariant}: {problem.detail}" for problem in check_books(session)
        ],
    }


def in_words(session: Session) -> list[str]:
    """The same, in a few lines."""
    pilot = figures.first_campaign(session)
    scheme, position = figures.figures(session, pilot), books(session)
    refused = sum(figures.refusals_by_reason(session).values())
    lines = [
        (
            f"{scheme.booklets} booklets of {scheme.passes} passes; {scheme.handed_over} given;"
            f" {scheme.redeemed} passes redeemed, {scheme.undone} taken back, {refused} refused."
        ),
        (
            f"In the ring-fenced account {format_euros(position.bank_reserved)}; in passes"
            f" {format_euros(position.outstanding)}; owed to associations"
            f" {format_euros(position.payable)}."
        ),
    ]
    lines += [
        f"{name}: paid {format_euros(settled)}, to be paid {format_euros(owed)}."
        for name, (settled, owed) in figures.paid_and_payable(session, pilot).items()
    ]
    lines += [
        f"{name}: ended, {format_euros(cents)} went home to its funders."
        for name, cents in figures.sent_home(session).items()
    ]
    return lines
