"""Whether a statement is what was signed: anybody may ask, nobody learns an amount."""

import io
import json

import pytest

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.cast import STATEMENT_KEY
from voucher_service.actions import trusting
from voucher_service.core.canonical import canonical, sha256_hex
from voucher_service.core.signing import KeyStatus
from voucher_service.store import tables


@pytest.fixture
def closed(service):
    autumn = Autumn(service.world)
    autumn.spend(autumn.ping, 3)
    autumn.spend(autumn.alis44, 2)
    autumn.world.now = END_OF_NOVEMBER
    autumn.world.close("2026-11", END_OF_NOVEMBER)
    return autumn


@pytest.fixture
def verdict(fetch):
    def ask(number):
        return fetch(f"/verify/{number}", headers={"Accept": "application/json"}).json["valid"]

    return ask


NUMBERS = ["RA-2026-000001", "RA-2026-000002", "RF-2026-000001", "RF-2026-000003"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_statement_as_it_was_signed_is_right(closed, fetch, visit, number):
    row = closed.world.session.get_one(tables.Statement, number)
    answer = fetch(f"/verify/{number}", headers={"Accept": "application/json"})
    assert answer.json == {
        "number": number,
        "period": "2026-11",
        "sha256": row.sha256,
        "kid": STATEMENT_KEY.kid,
        "valid": True,
    }
    page = visit(f"/verify/{number}")
    assert page.mimetype == "text/html"
    assert "Oui, ce relevé est celui qui a été signé." in page.text
    assert row.sha256 in page.text
    assert {"Accept", "Accept-Language"} <= set(page.headers["Vary"].split(", "))


@pytest.mark.usefixtures("closed")
def test_nothing_but_the_proof_is_shown(visit):
    for number in NUMBERS:
        text = visit(f"/verify/{number}").text
        for private in ("€", "PiNG", "Alis44", "Financeur", "FR76", "3000", "2000"):
            assert private not in text.replace(STATEMENT_KEY.kid, "").replace("02 40 00 00 00", "")


ALTERATIONS = [
    "UPDATE statement SET sha256 = 'ab'",
    "UPDATE statement SET kid = 'beef'",
    "UPDATE statement SET total_cents = total_cents + 1",
    "UPDATE redemption SET cents = cents + 1",
    "UPDATE redemption SET period_id = NULL",
    "UPDATE redemption SET undone_at = recorded_at",
]


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_an_alteration_behind_the_triggers_shows(verdict, visit, forge, alteration):
    forge(alteration)
    assert [verdict(number) for number in NUMBERS] == [False] * 4
    assert "n&#39;est pas celui qui a été signé." in visit(f"/verify/{NUMBERS[0]}").text


def test_a_document_altered_with_its_hash_is_betrayed_by_its_signature(closed, verdict, forge):
    document = closed.statement(NUMBERS[0])
    document["totals"]["net_cents"] += 1
    content = canonical(document)
    as_bytes = "'\\x" if closed.world.engine.dialect.name == "postgresql" else "x'"
    changes = f"document = {as_bytes}{content.hex()}', sha256 = '{sha256_hex(content)}'"
    forge(f"UPDATE statement SET {changes} WHERE number = '{NUMBERS[0]}'")  # noqa: S608
    assert [verdict(number) for number in NUMBERS] == [False, True, True, True]


def test_a_genuine_statement_under_another_number_is_not_right(closed, verdict, forge):
    same = "document, sha256, signature"
    other = f"SELECT {same} FROM statement WHERE number = '{NUMBERS[1]}'"  # noqa: S608
    where = f"WHERE number = '{NUMBERS[0]}'"
    forge(f"UPDATE statement SET ({same}) = ({other}) {where}")  # noqa: S608
    assert json.dumps(closed.statement(NUMBERS[0])) == json.dumps(closed.statement(NUMBERS[1]))
    assert verdict(NUMBERS[0]) is False


def test_what_a_revoked_key_signed_is_no_longer_believed(closed, verdict):
    trusting.change_key(closed.world.session, STATEMENT_KEY.kid, KeyStatus.REVOKED)
    assert verdict(NUMBERS[0]) is False


def test_what_a_retired_key_signed_stays_right(closed, verdict):
    trusting.change_key(closed.world.session, STATEMENT_KEY.kid, KeyStatus.RETIRED)
    assert verdict(NUMBERS[0]) is True


@pytest.mark.usefixtures("closed")
def test_an_unknown_number_is_not_found(visit, fetch):
    assert visit("/verify/RA-2026-000009").status_code == 404
    answer = fetch("/verify/RA-2026-000009", headers={"Accept": "application/json"})
    assert answer.json["reason"] == "not_found"


@pytest.fixture
def bring(service):
    """Somebody brings a file, or pastes its text."""

    def send(**fields):
        service.world.session.commit()
        return service.client.post("/verify", data=fields, headers={"Accept": "text/html"}).text

    return send


def as_file(content: bytes):
    return {"file": (io.BytesIO(content), "releve.json")}


def test_whoever_has_the_file_of_a_statement_can_check_it(closed, bring):
    document = closed.statement(NUMBERS[0])
    same = "Oui, ce fichier est celui qui a été signé."
    other = "Attention : ce fichier n&#39;est pas celui qui a été signé."
    assert same in bring(**as_file(canonical(document)))
    # Written otherwise it says the same: what counts is what it says.
    assert same in bring(text=json.dumps(document, indent=4, ensure_ascii=False))
    document["totals"]["net_cents"] += 1
    page = bring(**as_file(canonical(document)))
    assert other in page.replace("\u00a0", " ")
    assert "€" not in page
    document["number"] = "RA-2099-000001"
    assert "Aucun relevé ne porte ce numéro." in bring(**as_file(canonical(document)))


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", '{"number": 1}', '{"number": 1.5}', '{"number": "a\\u0000"}', "[" * 100_000],
)
def test_what_is_no_statement_is_said_to_be_none(bring, text):
    assert "Ce n&#39;est pas le fichier d&#39;un relevé." in bring(text=text)


@pytest.mark.usefixtures("closed")
def test_a_number_leads_to_its_proof(visit):
    found = visit(f"/verify?number=%20{NUMBERS[1]}")
    assert (found.status_code, found.headers["Location"]) == (303, f"/verify/{NUMBERS[1]}")
    assert "Aucun relevé ne porte ce numéro." in visit("/verify?number=RA-1").text


def test_a_number_that_no_database_holds_is_no_fault_of_ours(visit):
    assert visit("/verify?number=%00").status_code in {200, 422}
