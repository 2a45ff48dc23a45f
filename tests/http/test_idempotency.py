"""The same request sent twice acts once."""

from concurrent.futures import ThreadPoolExecutor

from tests.support.problems import refused
from voucher_service.store import idempotency, tables

FUNDER = {"name": "Nantes Métropole", "kind": "public"}


def funders(service):
    return service.world.session.query(tables.Funder).count()


def test_the_first_answer_comes_again_and_says_so(service):
    operator = service.by("operator")
    first = operator.post("/funders", FUNDER, key="one")
    again = operator.post("/funders", FUNDER, key="one")
    assert first.status_code == again.status_code == 201
    assert again.data == first.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert funders(service) == 1


def test_another_body_under_the_same_key_is_refused(service):
    operator = service.by("operator")
    operator.post("/funders", FUNDER, key="one")
    before = service.checksum()
    other = operator.post("/funders", FUNDER | {"name": "État"}, key="one")
    refused(other, 422, "idempotency_key_reused")
    assert service.checksum() == before


def test_the_same_body_to_another_call_under_the_same_key_is_refused(service):
    operator, why = service.by("operator"), {"reason": "perdu"}
    order = service.world.order(service.world.campaign({service.world.funder("MSA"): 1}), 1)
    service.world.fund(order)
    (serial,) = service.world.issue(order)
    assert operator.post(f"/booklets/{serial}/block", why, key="one").status_code == 200
    other = operator.post(f"/booklets/{serial}/unblock", why, key="one")
    refused(other, 422, "idempotency_key_reused")


def test_each_caller_has_keys_of_its_own(service):
    for person in ("Anne", "Bilal"):
        caller = service.by("operator", person=person)
        assert caller.post("/funders", FUNDER, key="one").status_code == 201
    assert funders(service) == 2


def test_a_key_is_needed_and_is_printable(service):
    operator = service.by("operator")
    before = service.checksum()
    for key in ("", "k" * 256, "clé"):
        answer = operator.post("/funders", FUNDER, headers={"Idempotency-Key": key})
        refused(answer, 422, "idempotency_key_missing")
    assert service.checksum() == before


def test_a_request_that_still_runs_is_told_apart(service):
    operator, world = service.by("operator"), service.world
    operator.post("/funders", FUNDER, key="done")
    row = world.session.query(tables.IdempotencyKey).one()
    asked = row.fingerprint
    idempotency.begin(world.session, operator.number, "busy", asked, world.now, stale=world.now)
    world.session.commit()
    refused(operator.post("/funders", FUNDER, key="busy"), 409, "still_running")
    assert funders(service) == 1


def test_a_request_that_died_without_an_answer_may_be_sent_again(service):
    operator, world = service.by("operator"), service.world
    operator.post("/funders", FUNDER, key="done")
    asked = world.session.query(tables.IdempotencyKey).one().fingerprint
    idempotency.begin(world.session, operator.number, "dead", asked, world.now, stale=world.now)
    world.session.commit()
    world.later(minutes=3)
    assert operator.post("/funders", FUNDER, key="dead").status_code == 201


def test_a_refusal_is_not_kept_because_it_may_be_right_the_next_time(service):
    operator, world = service.by("operator"), service.world
    campaign = world.campaign({world.funder("MSA"): 1})
    order = world.order(campaign, 1)
    path = f"/orders/{order}/issue"
    refused(operator.post(path, key="one"), 409, "not_funded")
    world.fund(order)
    answer = operator.post(path, key="one")
    assert answer.status_code == 202
    assert "Idempotent-Replayed" not in answer.headers


def test_a_failure_of_ours_is_never_kept(service, monkeypatch):
    operator = service.by("operator")
    before = service.checksum()
    with monkeypatch.context() as broken:
        broken.setattr(idempotency, "complete", explode)
        refused(operator.post("/funders", FUNDER, key="one"), 500, "internal_server_error")
    assert service.checksum() == before
    assert operator.post("/funders", FUNDER, key="one").status_code == 201


def explode(*_arguments):
    raise RuntimeError("out of paper")


def test_an_answer_that_holds_a_secret_is_kept_sealed(service):
    operator = service.by("operator")
    made = operator.post("/tokens", {"role": "auditor"}, key="one").json
    kept = service.world.session.query(tables.IdempotencyKey).one()
    assert made["token"] not in str(kept.body)
    assert operator.post("/tokens", {"role": "auditor"}, key="one").json == made


def test_the_same_request_many_times_at_once_acts_once(service):
    operator = service.by("operator")
    headers = {"Authorization": f"Bearer {operator.token}", "Idempotency-Key": "one"}

    def send(_):
        client = service.app.test_client()
        return client.post("/api/v1/funders", json=FUNDER, headers=headers).status_code

    with ThreadPoolExecutor(8) as crowd:
        statuses = list(crowd.map(send, range(16)))
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert funders(service) == 1
