"""Booklets on their way to people, as machines say it: never to whom."""

import pytest

from tests.support.problems import refused
from voucher_service.store import tables


@pytest.fixture
def ccas(service, nantes):
    return service.by("distributor", nantes.ccas)


def test_a_point_is_added_with_an_empty_stock(service):
    body = {
        "name": "France Services Clisson",
        "commune": "Clisson",
        "code_insee": "44043",
        "adresse": "3 place de la Mairie",
        "code_postal": "44190",
        "latitude": 47.087,
        "longitude": -1.282,
    }
    added = service.by("operator").post("/distribution-points", body)
    assert added.status_code == 201
    empty = {"in_stock": 0, "handed_over": 0, "unmet": 0}
    assert added.json == body | empty | {"id": added.json["id"]}
    assert service.by("auditor").get("/distribution-points").json["items"] == [added.json]


BAD_POINTS: list[tuple[dict, str]] = [
    ({"name": " "}, "name"),
    ({"code_insee": "Nantes"}, "code_insee"),
    ({"code_postal": "4419"}, "code_postal"),
    ({"latitude": 91}, "latitude"),
    ({"latitude": "47.2"}, "latitude"),
    ({"longitude": -181}, "longitude"),
]


def test_a_point_that_cannot_be_is_not_added(service):
    before = service.checksum()
    for changed, field in BAD_POINTS:
        body = {"name": "CCAS", "commune": "Nantes"} | changed
        answer = service.by("operator").post("/distribution-points", body)
        refused(answer, 422, "invalid", field)
    assert service.checksum() == before


def test_a_parcel_arrives_whole_or_not_at_all(service, nantes):
    body = {"first_serial": nantes.serials[3], "count": 3, "to": str(nantes.france_services)}
    before = service.checksum()
    too_many = nantes.operator.post("/stock-movements", body | {"count": 4})
    refused(too_many, 409, "not_movable")
    refused(nantes.operator.post("/stock-movements", body | {"to": "99"}), 404, "not_found")
    unknown = body | {"first_serial": "99"}
    refused(nantes.operator.post("/stock-movements", unknown), 404, "not_found")
    refused(nantes.operator.post("/stock-movements", body | {"count": 0}), 422, "invalid", "count")
    assert service.checksum() == before
    moved = nantes.operator.post("/stock-movements", body)
    assert moved.status_code == 201
    assert moved.json == body | {"id": moved.json["id"]}
    point = nantes.operator.get(f"/distribution-points/{nantes.france_services}").json
    assert point["in_stock"] == 3


def test_a_hand_over_says_where_to_go_and_until_when(service, nantes, ccas):
    world = service.world
    for place in ("Bellevue", "Malakoff", "Doulon"):
        world.site(nantes.ping.association, place)
    given = ccas.post(
        "/handovers",
        {"serial": nantes.serials[0], "point": str(nantes.ccas), "newcomer": True},
    )
    assert given.status_code == 201
    assert given.json["valid_until"] == "2027-12-31"
    near = given.json["nearest_sites"]
    assert len(near) == 3
    assert near[0]["name"] == "PiNG, Île de Nantes"
    assert world.session.query(tables.Handover).one().newcomer is True
    stock = ccas.get(f"/distribution-points/{nantes.ccas}").json
    assert (stock["in_stock"], stock["handed_over"]) == (2, 1)


def test_nobody_is_sent_where_the_pass_would_be_refused(nantes, ccas):
    """Alis44 is nearer but may not take this campaign's passes."""
    given = ccas.post("/handovers", {"serial": nantes.serials[0], "point": str(nantes.ccas)}).json
    assert [site["id"] for site in given["nearest_sites"]] == [str(nantes.ping.site)]


def test_the_nearest_site_comes_first(service, nantes, ccas):
    session = service.world.session
    places = {"Clisson": (47.087, -1.282), "Bouffay": (47.2145, -1.5535), "Rezé": (47.19, -1.55)}
    for place, (latitude, longitude) in places.items():
        site = session.get(tables.Site, service.world.site(nantes.ping.association, place))
        site.latitude, site.longitude = latitude, longitude
    given = ccas.post("/handovers", {"serial": nantes.serials[0], "point": str(nantes.ccas)}).json
    names = [site["name"] for site in given["nearest_sites"]]
    assert names == ["Bouffay", "PiNG, Île de Nantes", "Rezé"]


def test_without_coordinates_the_commune_decides(service, nantes):
    session, world = service.world.session, service.world
    point = session.get(tables.DistributionPoint, nantes.ccas)
    point.latitude = point.longitude = None
    elsewhere = session.get(tables.Site, world.site(nantes.ping.association, "Lyon"))
    elsewhere.commune, elsewhere.code_insee, elsewhere.code_postal = "Lyon", "69123", "69001"
    clisson = session.get(tables.Site, world.site(nantes.ping.association, "Clisson"))
    clisson.commune, clisson.code_insee, clisson.code_postal = "Clisson", "44043", "44190"
    world.site(nantes.ping.association, "Malakoff")
    given = nantes.operator.post(
        "/handovers", {"serial": nantes.serials[0], "point": str(nantes.ccas)}
    ).json
    names = [site["name"] for site in given["nearest_sites"]]
    assert names == ["PiNG, Île de Nantes", "Malakoff", "Clisson"]


@pytest.mark.parametrize(
    ("point_code", "codes", "near"),
    [
        ("97400", {"Pointe-à-Pitre": "97110", "Saint-Pierre": "97410"}, ["Saint-Pierre"]),
        ("2A004", {"Bastia": "20200", "Lyon": "69001"}, ["Bastia"]),
    ],
)
def test_nobody_is_sent_to_another_island(service, nantes, point_code, codes, near):
    """Overseas a department has three digits; Corsica's postal codes are all of 20."""
    session, world = service.world.session, service.world
    point = session.get(tables.DistributionPoint, nantes.ccas)
    point.latitude = point.longitude = point.code_postal = None
    point.commune, point.code_insee = "Saint-Denis", point_code
    for place, code in codes.items():
        site = session.get(tables.Site, world.site(nantes.ping.association, place))
        site.commune, site.code_insee, site.code_postal = place, None, code
    given = nantes.operator.post(
        "/handovers", {"serial": nantes.serials[0], "point": str(nantes.ccas)}
    ).json
    assert [site["name"] for site in given["nearest_sites"]] == near


def test_the_request_that_finds_nothing_left_is_refused_and_counted_without_a_name(nantes, ccas):
    point = str(nantes.ccas)
    for serial in nantes.serials[:3]:
        assert ccas.post("/handovers", {"serial": serial, "point": point}).status_code == 201
    one_more = {"serial": nantes.serials[3], "point": point}
    refused(ccas.post("/handovers", one_more, key="next"), 409, "no_stock")
    assert ccas.get(f"/distribution-points/{point}").json["unmet"] == 1
    # The same request again is the same person.
    again = ccas.post("/handovers", one_more, key="next")
    refused(again, 409, "no_stock")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert ccas.get(f"/distribution-points/{point}").json["unmet"] == 1
    refused(ccas.post("/handovers", {"point": point}), 409, "no_stock")
    assert ccas.get(f"/distribution-points/{point}").json["unmet"] == 2
    columns = set(tables.UnmetRequest.__table__.columns.keys())
    assert columns == {"point_id", "day", "people"}


def test_the_2001st_hand_over_of_2000_booklets_is_refused(service, nantes):
    """The first 1,999 go by one statement, to save the test's time; the others by the API."""
    world = service.world
    serials = world.issue(fund(world, world.order(nantes.campaign, 2000)))
    world.stock(serials, nantes.france_services)
    last_but_one = tables.Booklet.id.between(int(serials[0]), int(serials[-2]))
    world.session.query(tables.Booklet).filter(last_but_one).update({"handed_over_at": world.now})
    clisson = service.by("distributor", nantes.france_services)
    body = {"serial": serials[-1], "point": str(nantes.france_services)}
    assert clisson.post("/handovers", body).status_code == 201
    refused(clisson.post("/handovers", body), 409, "handed_over_already")
    somebody = {"point": str(nantes.france_services)}
    refused(clisson.post("/handovers", somebody), 409, "no_stock")
    point = clisson.get(f"/distribution-points/{nantes.france_services}").json
    assert (point["in_stock"], point["handed_over"], point["unmet"]) == (0, 2000, 1)


def fund(world, order: int) -> int:
    world.fund(order)
    return order


def test_a_hand_over_that_cannot_be_changes_nothing(service, nantes, ccas):
    why, point = {"reason": "perdu"}, str(nantes.ccas)
    given, blocked, _, elsewhere = nantes.serials[:4]
    ccas.post("/handovers", {"serial": given, "point": point})
    ccas.post(f"/booklets/{blocked}/block", why)
    before = service.checksum()
    for serial, status, reason in (
        (given, 409, "handed_over_already"),
        (blocked, 409, "blocked"),
        (elsewhere, 409, "not_in_stock"),
        ("99", 404, "not_found"),
    ):
        refused(ccas.post("/handovers", {"serial": serial, "point": point}), status, reason)
    refused(ccas.post("/handovers", {"point": point}), 422, "serial_missing", "serial")
    named = {"serial": given, "point": point, "beneficiary": "Jeanne"}
    refused(ccas.post("/handovers", named), 422, "invalid", "beneficiary")
    assert service.checksum() == before


def test_a_point_sees_its_own_stock(nantes, ccas):
    found = ccas.get(f"/distribution-points/{nantes.ccas}/booklets").json["items"]
    assert [item["serial"] for item in found] == nantes.serials[:3]
    assert {item["status"] for item in found} == {"in_stock"}
