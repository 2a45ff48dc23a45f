"""Passes and phones in many situations, as the service sees each and as a phone does.

Chosen by chance that is always the same. A phone alone sees less than the service: not why a
booklet is unusable, nor which place used a pass. ``seen`` is the truth as far as it can know it.
"""

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from merchants.messages import RulesOut
from tests.support.cast import FORMS, MAILBOX, the_rules
from voucher_service.core.campaign import (
    PARIS,
    SERVICES,
    Campaign,
    Grace,
    end_of_day,
    latest_day,
)
from voucher_service.core.campaign import FixedDate as Until
from voucher_service.core.passes import Holder, Refused, Scan, Standing, judge

HERE, ELSEWHERE = 1, 2
OURS, ANOTHER = 7, 8
ALLOWANCE = 20
ISSUED = datetime(2026, 11, 16, 10, 0, tzinfo=PARIS)

#: Evenings and mornings when a day of Paris is not the day of the phone, and the clocks' changes.
MOMENTS = [
    datetime(2026, 11, 16, 12, 0, tzinfo=PARIS),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=PARIS),
    datetime(2027, 1, 1, 0, 0, 0, tzinfo=PARIS),
    datetime(2027, 1, 31, 23, 59, 59, tzinfo=PARIS),
    datetime(2027, 2, 1, 0, 0, 0, tzinfo=PARIS),
    datetime(2028, 2, 29, 23, 30, tzinfo=PARIS),
    datetime(2027, 3, 28, 3, 0, tzinfo=PARIS),
    datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1),
]
#: Last days: long past, within or just beyond a month of grace of some moment, far ahead.
LAST_DAYS = [date(2026, 9, 30), date(2026, 11, 30), date(2026, 12, 31), date(2028, 1, 31)]
FAR = date(2029, 12, 31)


@dataclass(frozen=True, slots=True)
class Situation:
    """A pass, who scans it, and what the phone remembers."""

    standing: Standing
    service: str
    moment: datetime
    online: bool
    status: str
    list_hours: float
    kept: int

    @property
    def mine(self) -> bool:
        """Whether this phone itself used the pass."""
        return self.standing.holder is not None and self.standing.holder.redemption == OURS

    def by_the_service(self, standing: Standing | None = None) -> str | None:
        """What the service's rules refuse it for, given the truth or a part of it."""
        verdict = judge(standing or self.standing, self._scan())
        return verdict.reason.value if isinstance(verdict, Refused) else None

    def expected(self) -> str | None:
        """What the phone must say: the service's rules on what it sees, and its own limits."""
        if self.online:
            return self.by_the_service(self._seen_online())
        if not -24 <= self.list_hours <= 72:
            return "trust_too_old"
        if self.status == "revoked":
            return "key_revoked"
        limit = "offline_limit" if self.kept >= ALLOWANCE else None
        return self.by_the_service(self._seen_alone()) or limit

    def for_the_phone(self) -> dict[str, Any]:
        """The same as the arguments of the phone's ``judge``; instants in milliseconds."""
        standing, rules = self.standing, self.standing.campaign
        usable = standing.activated and not (standing.blocked or standing.voided)
        spent = [standing.number] if standing.holder else []
        taken = self._takes_the_campaign()
        return {
            "opened": {
                "token": {
                    "booklet": "0123456789ab",
                    "number": standing.number,
                    "campaign": rules.number,
                    "cents": rules.face_value_cents,
                    "lastSecond": int(end_of_day(standing.valid_until).timestamp()),
                    "kid": "2601",
                },
                "key": {"kid": "2601", "alg": "Ed25519", "status": self.status},
            },
            "facts": {
                "trust": {
                    "issued_at": self._issued_at().isoformat(),
                    "site": {"id": "1", "name": "PiNG", "code_insee": standing.site_commune},
                    "campaigns": [the_other(), rules_of(rules)] if taken else [the_other()],
                    "offline": {"passes_per_day": 20, "trust_hours": 72, "warn_hours": 24},
                },
                "booklet": {"usable": usable, "spent": spent}
                if standing.handed_over and taken
                else None,
                "mine": self.mine,
                "keptToday": self.kept,
                "service": self.service or None,
                "now": int(self.moment.timestamp() * 1000),
                "online": self.online,
            },
        }

    def _scan(self) -> Scan:
        return Scan(OURS, HERE, 3, "scan-now", "", self.service, self.moment, self.moment)

    def _issued_at(self) -> datetime:
        """When the list was made. In UTC: clocks change in some of these hours."""
        return self.moment.astimezone(UTC) - timedelta(hours=self.list_hours)

    def _takes_the_campaign(self) -> bool:
        return self.standing.accredited and self.standing.approved

    def _seen_online(self) -> Standing:
        """Nothing of the register: the service will say that."""
        return replace(
            self._seen_rules(),
            activated=True,
            handed_over=True,
            blocked=False,
            voided=False,
            holder=self.standing.holder if self.mine else None,
        )

    def _seen_alone(self) -> Standing:
        """What the snapshot tells of a booklet: in hands or not, usable or not, spent numbers."""
        truth, holder = self.standing, self.standing.holder
        unusable = truth.blocked or truth.voided or not truth.activated
        taken = self._takes_the_campaign()
        return replace(
            self._seen_rules(),
            activated=True,
            handed_over=truth.handed_over or not taken,
            blocked=taken and truth.handed_over and unusable,
            voided=False,
            holder=replace(holder, site=ELSEWHERE) if holder and not self.mine else holder,
        )

    def _seen_rules(self) -> Standing:
        """The rules of a campaign are known where the site takes its passes."""
        taken = self._takes_the_campaign()
        number = self.standing.number if taken else 1
        return replace(self.standing, accredited=True, approved=taken, number=number)


def rules_of(campaign: Campaign) -> dict[str, Any]:
    """A campaign as the trust list tells it."""
    told = {
        "id": str(campaign.number),
        "name": campaign.name,
        "face_value_cents": campaign.face_value_cents,
        "passes_per_booklet": campaign.passes_per_booklet,
        "valid_from": campaign.valid_from.isoformat(),
        "validity": {"rule": "fixed_date", "until": latest_day(campaign.validity).isoformat()},
        "grace": campaign.grace.value,
        "services": sorted(campaign.services),
        "territory": sorted(campaign.territory),
        "undo_window_minutes": campaign.undo_window_minutes,
        "offline": {"passes_per_day": campaign.offline_passes_per_day, "borne_by": "scheme"},
    }
    return RulesOut.model_validate(told, strict=False).model_dump(mode="json")


def the_other() -> dict[str, Any]:
    """Another campaign, whose rules are never the answer."""
    return rules_of(the_rules(number=18, name="Un autre", face_value_cents=2000))


def situations(count: int) -> list[Situation]:
    """Always the same ones. Most have two or three things wrong, so that the order shows."""
    chance = random.Random(20261127)  # always the same
    return [_situation(chance) for _ in range(count)]


def _situation(chance: random.Random) -> Situation:
    def seldom(odd: Any, usual: Any) -> Any:
        return chance.choice(odd) if chance.random() < 0.13 else usual

    until = seldom(LAST_DAYS, FAR)
    holders = [_holder(OURS, HERE), _holder(ANOTHER, HERE), _holder(ANOTHER, ELSEWHERE)]
    return Situation(
        standing=Standing(
            booklet=1,
            serial="00000001",
            passes=5,
            number=seldom([6, 255], chance.choice([1, 5])),
            campaign=_campaign(chance, until),
            activated=seldom([False], True),
            handed_over=seldom([False], True),
            blocked=seldom([True], False),
            voided=seldom([True], False),
            valid_until=until,
            accredited=seldom([False], True),
            approved=seldom([False], True),
            site_commune=seldom([None, "44143"], "44109"),
            holder=seldom(holders, None),
        ),
        service=chance.choice(["", FORMS, MAILBOX]),
        moment=chance.choice(MOMENTS),
        online=chance.random() < 0.4,
        status=seldom(["revoked"], chance.choice(["active", "retired"])),
        list_hours=seldom([-25, 72.5, 200], chance.choice([-24, 0, 23, 72])),
        kept=seldom([ALLOWANCE, ALLOWANCE + 1], chance.choice([0, ALLOWANCE - 1])),
    )


def _campaign(chance: random.Random, until: date) -> Campaign:
    return the_rules(
        number=17,
        validity=Until(until),
        grace=chance.choice(list(Grace)),
        valid_from=chance.choice([date(2026, 1, 1), date(2026, 1, 1), date(2027, 1, 1)]),
        services=frozenset(chance.choice([(), SERVICES, (MAILBOX,)])),
        territory=frozenset(chance.choice([(), ("44109",), ("44109", "44143")])),
        offline_passes_per_day=ALLOWANCE,
    )


def _holder(phone: int, site: int) -> Holder:
    """A use numbered like the phone that made it: that is how ours is known again."""
    return Holder(phone, 3, site, "scan-before", ISSUED, ISSUED)
