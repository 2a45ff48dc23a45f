"""What a statement says: every sum in it is the sum of what stands below it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from voucher_service.core.books import Books
from voucher_service.core.canonical import canonical
from voucher_service.core.settlement import AssociationLine, FunderLine
from voucher_service.core.statements import (
    CampaignFacts,
    FunderFacts,
    Heading,
    Party,
    UseLine,
    association_statement,
    books_document,
    funder_statement,
    local,
)

OPERATOR = Party("0", "Opérateur", siret="43493312300029", address="Nantes")
HEADING = Heading(
    "RA-2026-000001",
    "2026-11",
    datetime(2026, 11, 30, 23, 0, tzinfo=UTC),
    date(2026, 12, 2),
    OPERATOR,
    seal=(7, "ab" * 32),
)
PING = Party("5", "PiNG", rna="W442001234", iban_masked="FR76 … 0189", holder="PiNG")
METROPOLE, STATE = Party("1", "Métropole", siret="24440040400129"), Party("2", "État")
NANTES = CampaignFacts("1", "Nantes", 1_000, "prepaid", fee_bp=400)
DIGITAL = CampaignFacts("2", "Deuxième", 500, "postpaid", fee_bp=0)
BOOKS = Books(9_000, 5_000, 3_000, 1_000, 500, 200)


def use(site: str, campaign: str, cents: int, hour: int) -> UseLine:
    served = datetime(2026, 11, 16, hour, 0, tzinfo=UTC)
    recorded = served + timedelta(minutes=3, microseconds=700)
    return UseLine(
        served,
        recorded,
        campaign,
        site,
        f"Lieu {site}",
        "00000001",
        2,
        "Parentalité",
        cents,
        offline=True,
    )


def to_ping() -> Any:
    return association_statement(
        HEADING,
        PING,
        [AssociationLine(1, 5, 2, 2_000, 80), AssociationLine(2, 5, 1, 500, 0)],
        {1: NANTES, 2: DIGITAL},
        {1: [(METROPOLE, 1_000), (STATE, 1_000)], 2: [(STATE, 500)]},
        [use("9", "1", 1_000, 9), use("10", "2", 500, 10), use("9", "1", 1_000, 11)],
    )


def to_metropole() -> Any:
    facts = FunderFacts(
        weight=2,
        weights=5,
        activated=1,
        used=2,
        contested=3,
        expired=4,
        outstanding=5,
        period_used=6,
        period_redemptions=7,
        period_cancelled=12,
        called=8,
        received=9,
        deposit=10,
        due=11,
    )
    return funder_statement(
        HEADING,
        METROPOLE,
        NANTES,
        FunderLine(1, 1, 300, 1_300),
        facts,
        [(PING, AssociationLine(1, 5, 2, 2_000, 80), 1_000)],
        [("Parentalité", 2, 2_000)],
        BOOKS,
    )


def test_both_say_who_issues_what_until_when_and_under_which_seal():
    for document, kind in ((to_ping(), "association"), (to_metropole(), "funder")):
        assert document["kind"] == kind
        assert document["number"] == "RA-2026-000001"
        assert document["format"] == "pass-numerique-statement/1"
        assert document["issued_on"] == "2026-12-02"
        assert document["period"] == {"label": "2026-11", "cutoff": "2026-12-01T00:00:00+01:00"}
        assert document["issuer"]["siret"] == "43493312300029"
        assert document["seal"] == {"no": 7, "hash": "ab" * 32}


def test_both_can_be_signed():
    assert canonical(to_ping())
    assert canonical(to_metropole())


def test_an_associations_totals_are_the_sums_of_its_campaigns_and_of_its_uses():
    document = to_ping()
    assert {name: total for name, total in document["totals"].items() if total} == {
        "redemptions": 3,
        "gross_cents": 2_500,
        "fee_cents": 80,
        "net_cents": 2_420,
    }
    for total in document["totals"]:
        assert document["totals"][total] == sum(part[total] for part in document["campaigns"])
    assert len(document["lines"]) == 3
    assert sum(line["cents"] for line in document["lines"]) == 2_500
    assert [
        (site["id"], site["campaign"], site["redemptions"], site["cents"])
        for site in document["by_site"]
    ] == [("10", "2", 1, 500), ("9", "1", 2, 2_000)]


def test_what_each_funder_bears_of_a_campaign_adds_up_to_its_gross():
    for part in to_ping()["campaigns"]:
        assert sum(funder["cents"] for funder in part["by_funder"]) == part["gross_cents"]


def test_an_association_has_thirty_days_to_contest():
    assert to_ping()["contest_until"] == "2027-01-01"


def test_a_use_bears_both_its_clocks_in_paris_to_the_second():
    first = to_ping()["lines"][0]
    assert first["service_at"] == "2026-11-16T10:00:00+01:00"
    assert first["recorded_at"] == "2026-11-16T10:03:00+01:00"
    assert local(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == "2026-07-01T14:00:00+02:00"


def test_a_funders_period_is_its_cumulative_share_less_what_it_was_before():
    share = to_metropole()["share"]
    assert share == {"cumulative_cents": 1_300, "previous_cents": 300, "period_cents": 1_000}


def test_each_figure_of_a_funder_stands_under_its_own_name():
    document = to_metropole()
    assert document["weight"] == {"weight": 2, "total": 5}
    assert document["activity"] == {
        "cumulative": {
            "activated_cents": 1,
            "used_cents": 2,
            "contested_cents": 3,
            "expired_cents": 4,
            "outstanding_cents": 5,
        },
        "period": {"used_cents": 6, "redemptions": 7, "cancelled_cents": 12},
    }
    assert document["funds"] == {"called_cents": 8, "received_cents": 9, "deposit_cents": 10}
    assert document["due_cents"] == 11
    assert document["by_association"][0]["share_cents"] == 1_000
    assert document["by_service"] == [{"service": "Parentalité", "redemptions": 2, "cents": 2_000}]


def test_the_public_position_says_what_is_held_what_is_owed_and_whether_it_covers():
    assert books_document(BOOKS) == {
        "bank_reserved_cents": 9_000,
        "outstanding_cents": 5_000,
        "payable_cents": 3_000,
        "contested_cents": 1_000,
        "deposits_cents": 500,
        "awaiting_funds_cents": 200,
        "solvent": False,
    }


def test_no_statement_of_an_empty_ledger_claims_a_seal():
    unsealed = Heading("RA", "x", HEADING.cutoff, HEADING.issued_on, OPERATOR, None)
    document: Any = association_statement(unsealed, PING, [], {}, {}, [])
    assert document["seal"] is None
    assert document["totals"]["net_cents"] == 0
