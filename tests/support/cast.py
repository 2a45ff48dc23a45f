"""The fixed cast of the tests, made through the real actions: funders, a CCAS, associations.

A test names only what matters to it; everything else is as in the Nantes pilot.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from voucher_service.actions import (
    accrediting,
    bank_accounts,
    distributing,
    issuing,
    ordering,
    pairing,
    printing,
    redeeming,
    settling,
    trusting,
)
from voucher_service.actions.freezing import Signatory
from voucher_service.core.accreditation import Accreditation
from voucher_service.core.attestation import statement_key
from voucher_service.core.campaign import (
    PARIS,
    SERVICES,
    Campaign,
    FixedDate,
    Funding,
    Grace,
    Validity,
)
from voucher_service.core.money import Share
from voucher_service.core.pass_text import to_url
from voucher_service.core.passes import Scan, Verdict
from voucher_service.core.signing import KeyStatus, PublicKey, SigningKey
from voucher_service.core.statements import Party
from voucher_service.core.typed_codes import TypedCodes
from voucher_service.store import tables
from voucher_service.store.book import Book
from voucher_service.store.engine import make_hot_engine

FORMS, MAILBOX, CV = SERVICES[0], SERVICES[1], SERVICES[2]
BASE_URL = "https://pass.example.org"

MIDDLE_OF_NOVEMBER = datetime(2026, 11, 16, 10, 0, tzinfo=PARIS)

PASS_KEY = SigningKey(b"\x26\x01", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
TYPED_CODES = TypedCodes(bytes(range(32, 64)))
STATEMENT_KEY = statement_key(bytes(range(64, 96)))
OPERATOR = Party("0", "Opérateur", "43493312300029", None, "Nantes")

PING = ("PiNG", "W442001234", "FR7630006000011234567890189")
ALIS44 = ("Alis44", "W442005678", "FR1420041010050500013M02606")

NAGA = ("Nâga", "W442009012", "FR7630001007941234567890185")


@dataclass(slots=True)
class Point:
    """A phone at a site of an association."""

    association: int
    site: int
    device: int
    token: str


@dataclass(slots=True)
class World:
    """Everything at hand in a test, on one database, with a clock that tests move."""

    engine: Engine
    session: Session
    now: datetime = MIDDLE_OF_NOVEMBER
    scans: int = 0
    booklets: dict[str, list[str]] = field(default_factory=dict)
    _counter: redeeming.Counter | None = None

    @property
    def counter(self) -> redeeming.Counter:
        """What redemptions need."""
        if self._counter is None:
            book = Book(make_hot_engine(self.engine.url.render_as_string(hide_password=False)))
            self._counter = redeeming.Counter(
                book, trusting.pass_keyring(self.session), TYPED_CODES
            )
            self.session.commit()
        return self._counter

    def close_book(self) -> None:
        if self._counter is not None:
            self._counter.book.close()

    def later(self, **span: float) -> datetime:
        """Move the clock."""
        self.now += timedelta(**span)
        return self.now

    # Money in

    def funder(self, name: str, siret: str | None = None) -> int:
        return ordering.add_funder(self.session, name, "public", siret, self.now)

    def campaign(self, weights: dict[int, int], **changed: object) -> int:
        """The Nantes campaign, with its funders' weights, and what a test changes."""
        fee_bp = int(str(changed.pop("fee_bp", 0)))
        minutes = int(str(changed.pop("minutes_per_pass", 120)))
        borne_by = str(changed.pop("borne_by", "scheme"))
        rules = the_rules(**changed)
        shares = tuple(Share(funder, weight) for funder, weight in weights.items())
        terms = ordering.CampaignTerms(shares, borne_by, fee_bp, minutes)
        campaign = ordering.add_campaign(self.session, rules, terms, self.now)
        self.session.commit()
        return campaign

    def order(self, campaign: int, booklets: int) -> int:
        order = ordering.place_order(self.session, campaign, booklets, self.now)
        self.session.commit()
        return order

    def calls(self, order: int) -> dict[int, int]:
        """What each funder is called for, in cents."""
        rows = self.session.query(tables.Call).filter_by(order_id=order)
        return {call.funder_id: call.amount_cents for call in rows}

    def receive(self, order: int, funder: int, cents: int, reference: str = "VIR 1") -> int:
        receipt = ordering.record_receipt(
            self.session, order, funder, cents, self.now.date(), reference, self.now
        )
        self.session.commit()
        return receipt

    def fund(self, order: int) -> None:
        """Every funder pays its call."""
        for funder, cents in self.calls(order).items():
            self.receive(order, funder, cents, f"VIR {order}/{funder}")

    # Booklets

    def issue(self, order: int) -> list[str]:
        """Issue an order; the serials."""
        issued = issuing.issue(self.session, order, self.now, lambda _done, _total: None)
        return [f"{booklet:08d}" for booklet in issued]

    def point(self, name: str = "CCAS de Nantes") -> int:
        point = distributing.add_point(
            self.session,
            name,
            "Nantes",
            self.now,
            code_insee="44109",
            code_postal="44000",
            latitude=47.218,
            longitude=-1.554,
        )
        self.session.commit()
        return point

    def stock(self, serials: list[str], point: int) -> None:
        distributing.move_stock(self.session, serials[0], len(serials), point, "token:1", self.now)
        self.session.commit()

    def hand_over(self, serial: str, point: int) -> distributing.HandedOver:
        handed = distributing.hand_over(self.session, serial, point, None, "token:1", self.now)
        assert isinstance(handed, distributing.HandedOver)
        self.session.commit()
        return handed

    def codes(self, serial: str) -> list[str]:
        """The printed codes of a booklet, pass by pass."""
        return [code.text for code in self.printed(serial)]

    def printed(self, serial: str) -> list["Printed"]:
        booklet = int(serial)
        pages = list(
            printing.print_passes(self.session, range(booklet, booklet + 1), PASS_KEY, TYPED_CODES)
        )
        self.session.commit()
        return [
            Printed(to_url(BASE_URL, item.token), item.typed) for page in pages for item in page
        ]

    # Sites

    def association(self, identity: tuple[str, str, str], campaigns: tuple[int, ...] = ()) -> int:
        """An accredited association, approved for some campaigns."""
        name, rna, iban = identity
        application = accrediting.Application(
            name, f"contact@{name.lower()}.example", iban, name, rna=rna
        )
        association = accrediting.apply_for_accreditation(self.session, application, self.now)
        self.confirm_account(association)
        for step in (Accreditation.UNDER_REVIEW, Accreditation.ACCREDITED):
            accrediting.decide(self.session, association, step, None, "token:1", self.now)
        for campaign in campaigns:
            accrediting.approve_for_campaign(
                self.session, campaign, association, "token:1", self.now
            )
        self.session.commit()
        return association

    def confirm_account(self, association: int, *, cooling_off_days: int = 0) -> None:
        """A second person finds an association's proposed account right."""
        (proposed,) = self.session.query(tables.BankAccount).filter_by(
            association_id=association, confirmed_at=None, replaced_at=None
        )
        bank_accounts.confirm(
            self.session, proposed.id, "token:2", timedelta(days=cooling_off_days), self.now
        )

    def site(self, association: int, name: str, code_insee: str = "44109") -> int:
        place = accrediting.Place(
            name,
            "1 rue du Port",
            "44000",
            "Nantes",
            SERVICES,
            code_insee=code_insee,
            latitude=47.21,
            longitude=-1.58,
            telephone="+33240000000",
        )
        site = accrediting.add_site(self.session, association, place, self.now)
        self.session.commit()
        return site

    def phone(self, association: int, site: int, name: str = "Téléphone d'accueil") -> Point:
        code = pairing.open_pairing(self.session, site, self.now)
        self.session.flush()
        paired = pairing.pair(self.session, code.code, name, self.now)
        self.session.commit()
        return Point(association, site, paired.device, paired.token)

    def at(self, identity: tuple[str, str, str], campaign: int, place: str) -> Point:
        """A phone at a site of a new accredited association."""
        association = self.association(identity, (campaign,))
        return self.phone(association, self.site(association, place))

    # Spending

    def scan(self, point: Point, code: str, **changed: object) -> Scan:
        """A scan as it would arrive now."""
        self.scans += 1
        scan_id = str(changed.pop("scan_id", f"scan-{self.scans:08d}"))
        given: dict[str, object] = {
            "service": MAILBOX,
            "moment": self.now,
            "received_at": self.now,
        } | changed
        return Scan(
            point.device,
            point.site,
            point.association,
            scan_id,
            code,
            **given,  # type: ignore[arg-type]
        )

    def redeem(self, point: Point, code: str, **changed: object) -> Verdict:
        self.session.commit()  # a session that reads holds SQLite's write lock until then
        return redeeming.redeem(self.counter, self.scan(point, code, **changed))

    # Settlement

    def close(self, label: str, cutoff: datetime, actor: str = "token:1") -> list[str]:
        """Open and close a period at the present moment."""
        settling.open_period(self.session, label, cutoff, self.now)
        signatory = Signatory(OPERATOR, STATEMENT_KEY)
        return settling.close_period(self.session, label, signatory, actor, self.now)


@dataclass(frozen=True, slots=True)
class Printed:
    """A pass on paper."""

    text: str
    typed: str


def the_rules(**changed: object) -> Campaign:
    """The rules of the Nantes campaign, and what a test changes."""
    validity: Validity = FixedDate(date(2027, 12, 31))
    given: dict[str, object] = {
        "number": 0,
        "name": "Pass numérique Nantes",
        "face_value_cents": 1000,
        "passes_per_booklet": 5,
        "funding": Funding.PREPAID,
        "valid_from": date(2026, 1, 1),
        "validity": validity,
        "grace": Grace.END_OF_NEXT_MONTH,
        "undo_window_minutes": 30,
        "offline_passes_per_day": 20,
    } | changed
    return Campaign(**given)  # type: ignore[arg-type]


def trust_the_keys(session: Session) -> None:
    """Put the test keys in the trust list."""
    begins, ends = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    for kid, public, purpose in (
        (PASS_KEY.kid, PASS_KEY.public, trusting.PASS),
        (bytes.fromhex(STATEMENT_KEY.kid), STATEMENT_KEY.public, trusting.STATEMENT),
    ):
        key = PublicKey(kid, "Ed25519", public, begins, ends, KeyStatus.ACTIVE)
        trusting.add_key(session, key, purpose)
    session.commit()
