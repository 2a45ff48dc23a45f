"""Who pays for what, as machines say it."""

from datetime import date

import pytest

from tests.support.problems import refused
from voucher_service.core.campaign import SERVICES
from voucher_service.store import tables

CAMPAIGN = {
    "name": "Pass numérique Nantes",
    "face_value_cents": 1000,
    "passes_per_booklet": 10,
    "minutes_per_pass": 60,
    "funding": "prepaid",
    "valid_from": "2026-11-01",
    "validity": {"rule": "fixed_date", "until": "2027-12-31"},
    "grace": "end_of_next_month",
    "services": [SERVICES[0]],
    "territory": ["44109"],
    "undo_window_minutes": 30,
    "offline": {"passes_per_day": 20, "borne_by": "scheme"},
    "downstream_fee_bp": 150,
}
AFTER_HANDOVER = {"rule": "months_after_handover", "months": 6, "latest": "2027-12-31"}


@pytest.fixture
def operator(service):
    return service.by("operator")


@pytest.fixture
def finance(service):
    return service.by("finance")


@pytest.fixture
def funders(operator):
    """Nantes Métropole, Loire-Atlantique and the State, by their ids."""
    return [
        operator.post("/funders", {"name": name, "kind": "public"}).json["id"]
        for name in ("Nantes Métropole", "Loire-Atlantique", "État")
    ]


def thirds(funders):
    return [{"funder": funder, "weight": 1} for funder in funders]


@pytest.fixture
def campaign(operator, funders):
    return operator.post("/campaigns", CAMPAIGN | {"funders": thirds(funders)}).json["id"]


@pytest.fixture
def order(operator, campaign):
    """Ten booklets of 100 €: 333.34 € for the first, 333.33 € for the others."""
    return operator.post(f"/campaigns/{campaign}/orders", {"booklets": 10}).json


def test_a_funder_is_added_and_listed(operator):
    siret = "43493312300029"
    added = operator.post("/funders", {"name": "MSA", "kind": "company", "siret": siret})
    assert added.status_code == 201
    nothing_said = dict.fromkeys(("street", "postcode", "town", "service_code"))
    assert added.json == {
        "id": added.json["id"],
        "name": "MSA",
        "kind": "company",
        "siret": siret,
        **nothing_said,
        "needs_engagement": False,
        "needs_service_code": False,
    }
    assert operator.get("/funders").json == {"items": [added.json], "next": None}


BAD_FUNDERS: list[tuple[dict, str, str]] = [
    ({"siret": "43493312300028"}, "bad_siret", "siret"),
    ({"kind": "state"}, "invalid", "kind"),
    ({"name": ""}, "invalid", "name"),
    ({"id": "7"}, "invalid", "id"),
]


def test_a_funder_that_cannot_be_is_not_added(service, operator):
    before = service.checksum()
    for changed, reason, field in BAD_FUNDERS:
        body = {"name": "MSA", "kind": "public"} | changed
        refused(operator.post("/funders", body), 422, reason, field)
    assert service.checksum() == before


def test_a_siret_stands_for_one_funder(operator):
    body = {"name": "MSA", "kind": "public", "siret": "43493312300029"}
    operator.post("/funders", body)
    refused(operator.post("/funders", body), 409, "siret_taken")


@pytest.mark.parametrize("validity", [CAMPAIGN["validity"], AFTER_HANDOVER])
def test_a_campaign_is_read_as_it_was_written(operator, funders, validity):
    body = CAMPAIGN | {"funders": thirds(funders), "validity": validity}
    added = operator.post("/campaigns", body)
    assert added.status_code == 201
    assert added.json == body | {"id": added.json["id"], "weights": 3}
    assert operator.get(f"/campaigns/{added.json['id']}").json == added.json
    assert operator.get("/campaigns").json["items"] == [added.json]


def test_what_a_campaign_may_leave_out_has_a_default(operator, funders):
    optional = ("minutes_per_pass", "services", "territory", "downstream_fee_bp")
    body = {name: value for name, value in CAMPAIGN.items() if name not in optional}
    added = operator.post("/campaigns", body | {"funders": thirds(funders)}).json
    assert [added[name] for name in optional] == [None, [], [], 0]


BAD_CAMPAIGNS: list[tuple[dict, str, str | None]] = [
    ({"face_value_cents": 0}, "invalid", "face_value_cents"),
    ({"passes_per_booklet": 256}, "invalid", "passes_per_booklet"),
    ({"funding": "later"}, "invalid", "funding"),
    ({"grace": "a_year"}, "invalid", "grace"),
    ({"services": ["Jardinage"]}, "invalid", "services.0"),
    ({"territory": ["Nantes"]}, "invalid", "territory.0"),
    ({"funders": []}, "invalid", "funders"),
    ({"validity": {"rule": "never"}}, "invalid", "validity"),
    ({"validity": AFTER_HANDOVER | {"until": "2027-12-31"}}, "invalid", None),
    ({"offline": {"passes_per_day": 20}}, "invalid", "offline.borne_by"),
    ({"valid_from": "2028-01-01"}, "ends_before_start", "validity"),
]


def test_a_campaign_that_cannot_work_is_not_added(service, operator, funders):
    before = service.checksum()
    for changed, reason, field in BAD_CAMPAIGNS:
        body = CAMPAIGN | {"funders": thirds(funders)} | changed
        refused(operator.post("/campaigns", body), 422, reason, field)
    assert service.checksum() == before


def test_each_funder_of_a_campaign_exists_and_stands_once(service, operator, funders):
    before = service.checksum()
    unknown = CAMPAIGN | {"funders": thirds(["999"])}
    twice = CAMPAIGN | {"funders": thirds(funders[:1] * 2)}
    refused(operator.post("/campaigns", unknown), 404, "not_found")
    refused(operator.post("/campaigns", twice), 422, "funder_twice", "funders")
    assert service.checksum() == before


def test_an_order_calls_each_funder_for_its_exact_part(operator, campaign, order, funders):
    assert [call["amount_cents"] for call in order["calls"]] == [33_334, 33_333, 33_333]
    assert [call["funder"] for call in order["calls"]] == funders
    assert [call["number"] for call in order["calls"]] == [
        "AF-2026-000001",
        "AF-2026-000002",
        "AF-2026-000003",
    ]
    assert order["funded"] is False
    assert operator.get(f"/campaigns/{campaign}/orders").json["items"] == [order]


def test_an_order_is_a_sensible_number_of_booklets(service, operator, campaign):
    before = service.checksum()
    for booklets in (0, -1, 1.5, "10", 5_000_001):
        answer = operator.post(f"/campaigns/{campaign}/orders", {"booklets": booklets})
        refused(answer, 422, "invalid", "booklets")
    assert service.checksum() == before


def test_what_does_not_exist_cannot_be_ordered_paid_or_read(service, operator, finance):
    before = service.checksum()
    receipt = {
        "funder": "1",
        "amount_cents": 1,
        "received_on": "2026-11-03",
        "reference": "VIR 1",
    }
    promise = {"funder": "1", "amount_cents": 1, "payment_order_number": "M 1"}
    refused(operator.post("/campaigns/99/orders", {"booklets": 1}), 404, "not_found")
    refused(finance.post("/orders/99/receipts", receipt), 404, "not_found")
    refused(finance.post("/orders/99/promises", promise), 404, "not_found")
    for path in ("/campaigns/99", "/campaigns/99/orders", "/orders/99", "/orders/99/booklets"):
        refused(operator.get(path), 404, "not_found")
    assert service.checksum() == before


def receipt_of(call, reference="VIR 1"):
    return {
        "funder": call["funder"],
        "amount_cents": call["amount_cents"],
        "received_on": "2026-11-03",
        "reference": reference,
    }


def test_a_promise_activates_nothing_and_money_does(service, operator, finance, order):
    path = f"/orders/{order['id']}"
    for call in order["calls"]:
        promise = {
            "funder": call["funder"],
            "payment_order_number": f"M {call['funder']}",
            "amount_cents": call["amount_cents"],
        }
        assert finance.post(f"{path}/promises", promise).json == promise
    refused(operator.post(f"{path}/issue"), 409, "not_funded")
    funded = [
        finance.post(f"{path}/receipts", receipt_of(call)).json["funded"] for call in order["calls"]
    ]
    assert funded == [False, False, True]
    known = operator.get(path).json
    assert known["funded"] is True
    assert len(known["promises"]) == len(known["receipts"]) == 3
    assert service.world.session.query(tables.Receipt).first().received_on == date(2026, 11, 3)


def test_the_same_money_is_not_counted_twice(service, finance, order):
    path = f"/orders/{order['id']}/receipts"
    body = receipt_of(order["calls"][0])
    assert finance.post(path, body).status_code == 201
    before = service.checksum()
    refused(finance.post(path, body), 409, "receipt_known")
    assert service.checksum() == before


def test_money_that_the_bank_took_back_puts_the_passes_to_sleep(service, operator, finance, order):
    path = f"/orders/{order['id']}"
    receipts = [
        finance.post(f"{path}/receipts", receipt_of(call)).json["id"] for call in order["calls"]
    ]
    taken = finance.post(f"/receipts/{receipts[0]}/reversal")
    assert (taken.status_code, taken.json["funded"]) == (200, False)
    assert len(operator.get(path).json["receipts"]) == 2
    before = service.checksum()
    refused(operator.post(f"{path}/issue"), 409, "not_funded")
    refused(finance.post(f"/receipts/{receipts[0]}/reversal"), 409, "reversed_already")
    refused(finance.post("/receipts/99/reversal"), 404, "not_found")
    assert service.checksum() == before


def test_who_does_not_pay_for_a_campaign_cannot_pay_for_its_orders(
    service, operator, finance, order
):
    stranger = operator.post("/funders", {"name": "MSA", "kind": "public"}).json["id"]
    body = receipt_of(order["calls"][0]) | {"funder": stranger}
    before = service.checksum()
    refused(finance.post(f"/orders/{order['id']}/receipts", body), 422, "not_a_funder", "funder")
    assert service.checksum() == before


def test_a_list_is_read_page_by_page(operator):
    ids = [
        operator.post("/funders", {"name": f"Commune {n}", "kind": "public"}).json["id"]
        for n in range(5)
    ]
    seen, cursor = [], ""
    while cursor is not None:
        page = operator.get(f"/funders?limit=2{cursor and '&cursor='}{cursor}").json
        assert len(page["items"]) <= 2
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert seen == ids
