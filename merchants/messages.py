"""What phones send and receive: the shapes of the scan API. No rule lives here."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, RootModel, StringConstraints

from voucher_service.core.campaign import SERVICES
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Moment, Text

ScanId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Code = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
Service = Literal[SERVICES]  # type: ignore[valid-type]


class ScanIn(Body):
    """One scan. ``offline`` says that it was kept on the phone before."""

    scan_id: ScanId
    code: Code
    service: Service
    scanned_at: Moment
    sent_at: Moment
    offline: bool


class QueuedScan(Body):
    """One scan of a batch; the batch says when it was sent."""

    scan_id: ScanId
    code: Code
    service: Service
    scanned_at: Moment
    offline: bool = True


class BatchIn(Body):
    """What a phone kept while it had no network, oldest first."""

    sent_at: Moment
    scans: Annotated[list[QueuedScan], Field(max_length=100)]


class CheckIn(Body):
    """A pass to look at without spending it.

    ``scan_id`` is given when somebody is waiting to spend it: a refusal is then kept as that of any
    other scan, and can be disputed.
    """

    code: Code
    service: Service | None = None
    scan_id: ScanId | None = None


class UndoIn(Body):
    """Why a use is taken back."""

    reason: Text


class PairIn(Body):
    """A phone that wants to join a site."""

    pairing_code: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    name: Annotated[Text, StringConstraints(max_length=80)]


class PassOut(Body):
    """Which pass."""

    serial: str
    number: int


class CampaignOut(Body):
    """Which campaign."""

    id: str
    name: str


class AcceptedOut(Body):
    """The pass is spent, or could be when it was only checked."""

    verdict: Literal["accepted"] = "accepted"
    scan_id: str | None
    pass_: Annotated[PassOut, Field(serialization_alias="pass")]
    value_cents: int
    campaign: CampaignOut
    redeemed_at: datetime
    echo: bool
    undo_until: datetime


class RefusalDetail(Body):
    """When the pass was used before, where that is the reason."""

    redeemed_at: datetime | None = None


class RefusedOut(Body):
    """The pass is not spent: the reason for machines, a title and the next step for people."""

    verdict: Literal["refused"] = "refused"
    scan_id: str | None
    reason: str
    title: str
    next_step: str
    detail: RefusalDetail


class VerdictOut(RootModel[Annotated[AcceptedOut | RefusedOut, Field(discriminator="verdict")]]):
    """One verdict: accepted or refused."""


class ErrorOut(Body):
    """A scan of a batch that has no verdict: what it would have been answered by itself."""

    verdict: Literal["error"] = "error"
    scan_id: str
    status: int
    reason: str
    detail: str


class VerdictsOut(Body):
    """The verdicts of a batch, in its order."""

    verdicts: list[AcceptedOut | RefusedOut | ErrorOut]


class UndoneOut(Body):
    """The use was taken back."""

    scan_id: str
    undone_at: datetime


class PairedOut(Body):
    """The phone's token, shown once, the site it joined, and whose that is."""

    device: str
    token: str
    site: str
    association: str


class RedemptionOut(Body):
    """One of this site's uses. ``state``: live, contested, undone or settled.

    A live use can be taken back until ``undo_until``.
    """

    scan_id: str
    pass_: Annotated[PassOut, Field(serialization_alias="pass")]
    value_cents: int
    service: str
    redeemed_at: datetime
    offline: bool
    undo_until: datetime
    state: Literal["live", "contested", "undone", "settled"]


class RedemptionsOut(Body):
    """A page of this site's uses, newest last."""

    items: list[RedemptionOut]
    next: str | None


class SinceIn(Body):
    """From when on: an instant, and where the page before ended."""

    since: Moment | None = None
    cursor: Id | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class SnapshotIn(Body):
    """The sequence number of the snapshot the phone has."""

    since: Annotated[int, Field(ge=0)] | None = None


class KeyOut(Body):
    """A public key that passes are verified with; ``public`` is base64url."""

    kid: str
    alg: Literal["Ed25519", "ES256"]
    public: str
    not_before: datetime
    not_after: datetime
    status: Literal["active", "retired", "revoked"]


class CampaignOffline(Body):
    """How many passes one phone may keep a day, and who bears a double use."""

    passes_per_day: int
    borne_by: Literal["scheme", "site"]


class FixedDateOut(Body):
    """Every pass ends on the same day."""

    rule: Literal["fixed_date"]
    until: date


class MonthsAfterHandoverOut(Body):
    """A pass ends some months after its hand-over, and at the latest on a day."""

    rule: Literal["months_after_handover"]
    months: int
    latest: date


class RulesOut(Body):
    """A campaign's rules. An empty list of services, or of communes, means all."""

    id: str
    name: str
    face_value_cents: int
    passes_per_booklet: int
    valid_from: date
    validity: Annotated[FixedDateOut | MonthsAfterHandoverOut, Field(discriminator="rule")]
    grace: Literal["none", "end_of_next_month"]
    services: list[Service]
    territory: list[str]
    undo_window_minutes: int
    offline: CampaignOffline


class SiteOut(Body):
    """The phone's site; its commune decides where a campaign has a territory."""

    id: str
    name: str
    code_insee: str | None


class OfflineOut(Body):
    """How long a phone may judge by itself, when it warns, and the largest allowance of a day."""

    passes_per_day: int
    trust_hours: int
    warn_hours: int


class SignedOut(Body):
    """Signed with a statement key: Ed25519 over the SHA-256 of the document.

    That is its canonical JSON (RFC 8785) without ``signature``, which is base64url.
    """

    kid: str
    signature: str


class TrustOut(SignedOut):
    """What a phone needs to judge without network. ``version`` counts hours since 1970."""

    version: int
    issued_at: datetime
    site: SiteOut
    keys: list[KeyOut]
    campaigns: list[RulesOut]
    services: list[Service]
    offline: OfflineOut


class BookletOut(Body):
    """A handed-over booklet by its public id in hexadecimal, and its spent passes."""

    id: str
    usable: bool
    spent: list[int]


class SnapshotOut(SignedOut):
    """Booklets in hands. ``full``: forget what you had; else these replace their namesakes."""

    sequence: int
    full: bool
    campaigns: list[str]
    booklets: list[BookletOut]
