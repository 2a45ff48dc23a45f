"""Associations, their sites and their phones; the numbers that others gave them."""

from datetime import timedelta

import pytest

from tests.support.cast import PING, World
from voucher_service.actions import accrediting, pairing, tokens
from voucher_service.actions.identifiers import checked_iban, checked_rna, masked_iban
from voucher_service.core.accreditation import Accreditation
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.store import tables


def application(**changed: str | None) -> accrediting.Application:
    given: dict[str, str | None] = {
        "name": "PiNG",
        "contact_email": "contact@ping.example",
        "iban": PING[2],
        "holder": "Association PiNG",
        "siret": "43493312300029",
    }
    given.update(changed)
    return accrediting.Application(**given)  # type: ignore[arg-type]


def test_an_application_becomes_an_accreditation_step_by_step_and_keeps_its_reasons(world: World):
    number = accrediting.apply_for_accreditation(world.session, application(), world.now)
    for to, reason in (
        (Accreditation.INFO_REQUESTED, "Il manque le RIB"),
        (Accreditation.UNDER_REVIEW, None),
        (Accreditation.ACCREDITED, None),
        (Accreditation.SUSPENDED, "Contrôle"),
    ):
        accrediting.decide(world.session, number, to, reason, "token:1", world.now)
    steps = world.session.query(tables.AccreditationStep).order_by("id")
    assert [(step.to_state, step.reason) for step in steps] == [
        ("info_requested", "Il manque le RIB"),
        ("under_review", None),
        ("accredited", None),
        ("suspended", "Contrôle"),
    ]
    with pytest.raises(Conflict, match="no_such_step"):
        accrediting.decide(world.session, number, Accreditation.APPLIED, None, "token:1", world.now)


def test_an_association_is_known_by_its_numbers_once_and_has_many_sites(world: World):
    number = accrediting.apply_for_accreditation(world.session, application(), world.now)
    with pytest.raises(Conflict, match="association_known"):
        accrediting.apply_for_accreditation(world.session, application(name="P.I.N.G."), world.now)
    assert world.site(number, "Breil") != world.site(number, "Malakoff")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"siret": None}, "not_identified"),
        ({"siret": "43493312300028"}, "bad_siret"),
        ({"siret": None, "rna": "X442001234"}, "bad_rna"),
        ({"iban": "FR7630006000011234567890188"}, "bad_iban"),
        ({"iban": "FR7510096000302787126573M94"}, "bad_iban"),
    ],
)
def test_a_wrong_number_is_refused_and_nothing_is_kept(
    world: World, changed: dict[str, str | None], reason: str
):
    with pytest.raises(Invalid, match=reason):
        accrediting.apply_for_accreditation(world.session, application(**changed), world.now)
    assert world.session.query(tables.Association).count() == 0


def test_an_iban_with_good_control_digits_and_a_wrong_rib_key_is_refused():
    assert checked_iban("FR76 3000 6000 0112 3456 7890 189") == "FR7630006000011234567890189"
    wrong_key = "30006" + "00001" + "12345678901" + "88"
    digits = str(98 - int(f"{wrong_key}152700") % 97).zfill(2)
    with pytest.raises(Invalid, match="bad_iban"):
        checked_iban(f"FR{digits}{wrong_key}")


def test_an_iban_is_shown_only_in_part():
    assert masked_iban("FR7630006000011234567890189") == "FR76 …0189"


def test_an_rna_number_is_w_and_nine_signs():
    assert checked_rna("w 442 001 234") == "W442001234"


def test_a_site_names_national_services_only(world: World):
    number = accrediting.apply_for_accreditation(world.session, application(), world.now)
    place = accrediting.Place("Breil", "1 rue", "44000", "Nantes", ["Cuisine"])
    with pytest.raises(Invalid, match="unknown_service"):
        accrediting.add_site(world.session, number, place, world.now)


def test_a_pairing_code_serves_several_phones_for_a_day(world: World):
    association = world.association(PING)
    site = world.site(association, "Breil")
    code = pairing.open_pairing(world.session, site, world.now)
    typed = code.code.lower().replace("0", "o").replace("1", "l")
    phones = [pairing.pair(world.session, typed, name, world.now) for name in ("A", "B")]
    assert phones[0].token != phones[1].token
    with pytest.raises(NotFound, match="no_such_pairing"):
        pairing.pair(world.session, code.code, "C", world.now + timedelta(hours=24))


def test_only_hashes_of_codes_and_tokens_are_kept(world: World):
    phone = world.phone(association := world.association(PING), world.site(association, "Breil"))
    _, token = tokens.create_token(world.session, tokens.Role.OPERATOR, None, world.now)
    kept = [
        world.session.query(table).all() for table in (tables.Device, tables.Token, tables.Pairing)
    ]
    text = " ".join(str(value) for rows in kept for row in rows for value in vars(row).values())
    assert phone.token not in text
    assert token not in text


def test_a_phone_is_revoked_once(world: World):
    phone = world.phone(association := world.association(PING), world.site(association, "Breil"))
    pairing.revoke_device(world.session, phone.device, world.now)
    with pytest.raises(Conflict, match="revoked_already"):
        pairing.revoke_device(world.session, phone.device, world.now)


def test_a_token_speaks_for_a_tenant_only_where_its_role_has_one(world: World):
    with pytest.raises(Invalid, match="tenant_missing"):
        tokens.create_token(world.session, tokens.Role.FUNDER, None, world.now)
    with pytest.raises(Invalid, match="tenant_unexpected"):
        tokens.create_token(world.session, tokens.Role.OPERATOR, 1, world.now)
    with pytest.raises(NotFound):
        tokens.create_token(world.session, tokens.Role.ASSOCIATION, 99, world.now)
    number, _ = tokens.create_token(
        world.session, tokens.Role.FUNDER, world.funder("État"), world.now
    )
    tokens.revoke_token(world.session, number, world.now)
    with pytest.raises(Conflict, match="revoked_already"):
        tokens.revoke_token(world.session, number, world.now)
