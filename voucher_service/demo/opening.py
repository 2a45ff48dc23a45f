"""The first day of the demonstration: everything that comes before the first hand-over.

The campaign is agreed, paid for, issued and printed; the town halls receive their booklets; the
associations are accepted and pair their phones. Only through actions, never through tables.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from voucher_service.actions import (
    accrediting,
    applying,
    calling,
    distributing,
    ordering,
    stocking,
)
from voucher_service.actions.bank_accounts import confirm
from voucher_service.actions.calling import House
from voucher_service.actions.issuing import issue
from voucher_service.actions.pairing import open_pairing, pair
from voucher_service.actions.printing import PrintedPass, print_passes
from voucher_service.actions.redeeming import Counter
from voucher_service.actions.stocking import Counted
from voucher_service.actions.trusting import pass_keyring
from voucher_service.core.accreditation import Accreditation
from voucher_service.core.campaign import (
    Campaign,
    FixedDate,
    Funding,
    Grace,
    add_months,
    paris_day,
)
from voucher_service.core.money import Share
from voucher_service.core.signing import SigningKey
from voucher_service.demo import cast, fees
from voucher_service.jobs import Sessions, Tools
from voucher_service.payments.reserved import pay_to
from voucher_service.store import tables
from voucher_service.store.bank_accounts import shown
from voucher_service.store.book import Book
from voucher_service.store.load import serial
from voucher_service.store.orders import calls
from voucher_service.store.session import Session

OPERATOR, FINANCE = "demo:operator", "demo:finance"
"""Two people: whoever closes a period does not approve its statements."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A paired phone, where it is, and whom it works for."""

    device: int
    site: int
    association: int


@dataclass(slots=True)
class Stage:
    """Where the play takes place, and what was made so far."""

    sessions: Sessions
    tools: Tools
    key: SigningKey
    counter: Counter
    campaign: int = 0
    first: int = 0
    points: list[int] = field(default_factory=list)
    phones: dict[tuple[int, int], Phone] = field(default_factory=dict)
    codes: dict[tuple[int, int], PrintedPass] = field(default_factory=dict)
    """Every pass that people hold, by (booklet, number)."""

    def sign(self, session: Session, booklets: range) -> None:
        """Print some booklets: whoever holds one can show its codes."""
        printed = print_passes(session, booklets, self.key, self.tools.typed_codes)
        for booklet, passes in zip(booklets, printed, strict=True):
            self.codes |= {(booklet, item.number): item for item in passes}


def open_campaign(
    sessions: Sessions, book: Book, tools: Tools, key: SigningKey, at: datetime
) -> Stage:
    """Everything that comes before the first hand-over."""
    with sessions() as session:
        counter = Counter(book, pass_keyring(session), tools.typed_codes)
    stage = Stage(sessions, tools, key, counter)
    with sessions() as session, session.begin():
        order = _fund(session, stage, at)
    with sessions() as session:
        booklets = issue(session, order, at + timedelta(hours=3), lambda _done, _total: None)
    stage.first = booklets.start
    with sessions() as session, session.begin():
        _supply(session, stage, at + timedelta(hours=4))
        for number, payee in enumerate(cast.ASSOCIATIONS):
            _accept(session, stage, number, payee, at)
        stage.sign(session, booklets)
    return stage


def _fund(session: Session, stage: Stage, at: datetime) -> int:
    """Four funders promise, then pay; gives the order."""
    shares = []
    for who in cast.FUNDERS:
        funder = ordering.add_funder(session, who.name, who.kind, who.siret, at)
        calling.set_funder_details(session, funder, who.details)
        shares.append(Share(funder, who.weight))
    terms = ordering.CampaignTerms(shares, minutes_per_pass=cast.MINUTES_PER_PASS)
    stage.campaign = ordering.add_campaign(session, rules(at), terms, at)
    order = ordering.place_order(session, stage.campaign, cast.BOOKLETS, at)
    call_for_funds(session, stage, order, at)
    fees.invoice(session, stage.tools, order, at)
    for rank, call in enumerate(calls(session, order), start=1):
        cents, number = call.amount_cents, f"MANDAT-{rank:03d}"
        ordering.record_promise(session, order, call.funder_id, number, cents, at)
    receive(session, order, "VIREMENT", at)
    return order


def receive(session: Session, order: int, reference: str, at: datetime) -> None:
    """Every funder pays what it was called for."""
    called = [(call.funder_id, call.amount_cents) for call in calls(session, order)]
    for rank, (funder, cents) in enumerate(called, start=1):
        day, named = paris_day(at), f"{reference}-{rank:03d}"
        ordering.record_receipt(session, order, funder, cents, day, named, at)


def call_for_funds(session: Session, stage: Stage, order: int, at: datetime) -> None:
    """The papers that ask for the money."""
    for call in calls(session, order):
        if session.get_one(tables.Funder, call.funder_id).needs_engagement:
            calling.set_engagement(session, call.number, calling.Engagement(cast.ENGAGEMENT))
    settings, signatory = stage.tools.settings, stage.tools.signatory
    calling.issue_calls(session, order, House(signatory, pay_to(settings)), at)


def rules(at: datetime) -> Campaign:
    """A trial of one year."""
    start = paris_day(at)
    return Campaign(
        number=0,
        name=cast.CAMPAIGN,
        face_value_cents=cast.FACE_VALUE_CENTS,
        passes_per_booklet=cast.PASSES,
        funding=Funding.PREPAID,
        valid_from=start,
        validity=FixedDate(add_months(start, 12) - timedelta(days=1)),
        grace=Grace.END_OF_NEXT_MONTH,
        undo_window_minutes=cast.UNDO_WINDOW_MINUTES,
        offline_passes_per_day=cast.OFFLINE_PASSES_PER_DAY,
        services=cast.PAID_SERVICES,
    )


def _supply(session: Session, stage: Stage, at: datetime) -> None:
    first = stage.first
    for place in cast.POINTS:
        point = distributing.add_point(
            session,
            place.name,
            place.commune,
            at,
            code_insee=place.code_insee,
            adresse=place.adresse,
            code_postal=place.code_postal,
            latitude=place.latitude,
            longitude=place.longitude,
        )
        sent = distributing.move_stock(session, serial(first), place.stock, point, OPERATOR, at)
        found = Counted(place.stock, serial(first), serial(first + place.stock - 1))
        stocking.count_delivery(session, sent, point, found, clerk(point), at)
        stage.points.append(point)
        first += place.stock


def clerk(point: int) -> str:
    """Who counts and hands over: a town hall's account, never a name."""
    return f"demo:distributor:{point}"


def _accept(session: Session, stage: Stage, number: int, payee: cast.Payee, at: datetime) -> None:
    association = accrediting.apply_for_accreditation(session, payee.application, at)
    applying.accept_charter(session, association, OPERATOR, at)
    account, cooling_off = shown(session, association), stage.tools.settings.cooling_off_days
    assert account is not None  # noqa: S101 - the application gave it
    confirm(session, account.id, FINANCE, timedelta(days=cooling_off), at)
    for step in (Accreditation.UNDER_REVIEW, Accreditation.ACCREDITED):
        accrediting.decide(session, association, step, None, OPERATOR, at)
    accrediting.approve_for_campaign(session, stage.campaign, association, OPERATOR, at)
    for rank, (place, _) in enumerate(payee.sites):
        site = accrediting.add_site(session, association, place, at)
        code = open_pairing(session, site, at).code
        paired = pair(session, code, "Téléphone de l’accueil", at)
        stage.phones[number, rank] = Phone(paired.device, site, association)
