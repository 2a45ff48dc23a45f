"""Files of places: every fault by line and field, former words in today's, and our own rows."""

import re
import tomllib
from dataclasses import astuple
from datetime import date

import pytest

from tests.support.places_files import (
    COLUMNS,
    SCHEMA,
    SPOILS,
    complaints,
    good_rows,
    to_csv,
    vocabulary,
)
from tests.support.source import ROOT
from voucher_service.core.places import FIELDS, Fault, read
from voucher_service.documents.place_faults import what, where

TODAY = date(2026, 11, 27)
PIVOT = "43493312300029"
FAULTS = tomllib.loads((ROOT / "templates" / "places" / "faults.toml").read_text("utf-8"))


def faults(content: bytes) -> list[Fault]:
    return list(read(content, TODAY).faults)


def told(content: bytes) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.field, fault.reason) for fault in faults(content)]


def test_the_published_schema_and_the_rules_say_the_same():
    assert COLUMNS == [field.name for field in FIELDS]
    for field, published in zip(FIELDS, SCHEMA["fields"], strict=True):
        rules = published["constraints"]
        assert rules["required"] == field.required
        if field.values:
            assert tuple(vocabulary(field.name)) == field.values
        elif field.pattern:
            assert field.pattern in rules["pattern"]
        if field.between:
            assert (rules["minimum"], rules["maximum"]) == field.between


def test_a_thousand_places_without_a_fault_are_read_as_they_are():
    rows = good_rows(1000, [PIVOT])
    assert list(complaints(rows)) == []
    found = read(to_csv(rows), TODAY)
    assert found.faults == ()
    assert found.ignored == ()
    assert [line.row for line in found.lines] == rows


def test_a_thousand_places_with_every_kind_of_fault_give_exactly_these_faults():
    rows = good_rows(1000, [PIVOT])
    expected = []
    for step, (name, value, reason) in enumerate(SPOILS * 2):
        number = 7 + 19 * step
        rows[number][name] = value
        expected.append((number, name, reason, value.strip()))
    rows[990]["id"] = rows[10]["id"]
    rows[991]["latitude"] = ""
    rows[991]["longitude"] = "2.5"
    content = to_csv(rows)
    lines = starts(content)
    want = [
        Fault(lines[number], name, shown(value), reason, found_expected(reason, name))
        for number, name, reason, value in expected
    ]
    want.append(Fault(lines[990], "id", rows[10]["id"], "id_twice", str(lines[10])))
    want.append(Fault(lines[991], "latitude", "", "half_position"))
    assert sorted(faults(content), key=astuple) == sorted(want, key=astuple)


def starts(content: bytes) -> list[int]:
    """The line of the file on which each row begins, counted by its quotes."""
    found, inside, line = [2], False, 1
    for sign in content.decode():
        inside ^= sign == '"'
        line += sign == "\n"
        if sign == "\n" and not inside and line > 2:
            found.append(line)
    return found


def shown(value: str) -> str:
    return value if len(value) <= 80 else f"{value[:80]}…"


def found_expected(reason: str, name: str) -> str:
    if reason == "unknown_value":
        return " | ".join(vocabulary(name))
    return {"too_long": "280", "out_of_range": "-180 … 180", "future_day": "2026-11-27"}.get(
        reason, ""
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [(0, "", "empty_file")]),
        (b"\xef\xbb\xbf\n\n", [(0, "", "empty_file")]),
        (to_csv([]), [(0, "", "empty_file")]),
        ("id,nom\n1,Médiathèque".encode("latin-1"), [(2, "", "not_utf8")]),
        (b"id,nom\n1,\x00", [(0, "", "not_csv")]),
        (b"id,nom\n1," + b"x" * 140_000, [(0, "", "not_csv")]),
        (b"nom," * 1_000_000 + b"\n1", [(1, "", "not_csv")]),  # compared two by two for days
        (
            b"id,nom,NOM,commune,adresse,pivot,date_maj,services\n1,2,3,4,5,6,7,8",
            [(1, "code_postal", "column_missing"), (1, "nom", "column_twice")],
        ),
        (to_csv(good_rows(1, [PIVOT])) + b"1,2\n", [(3, "", "cells")]),
    ],
)
def test_what_is_no_file_of_places_is_said_at_once(content, expected):
    assert told(content) == expected


def test_a_file_as_french_spreadsheets_write_it_is_read():
    rows = good_rows(3, [PIVOT])
    for row in rows:
        row["telephone"] = "02 40 00 00 00"
        row["presentation_detail"] = row["horaires"] = ""
    text = "﻿" + to_csv(rows).decode().replace("\r\n", "\n")
    with_semicolons = "\n".join(
        ";".join(cell for cell in re.findall(r'("[^"]*(?:""[^"]*)*"|[^,]*)(?:,|$)', line)[:32])
        for line in text.splitlines()
    )
    found = read(with_semicolons.encode(), TODAY)
    assert found.faults == ()
    assert {line.row["telephone"] for line in found.lines} == {"+33240000000"}


OLD = {
    "id": "structure-1",
    "pivot": PIVOT,
    "nom": "Anonymal",
    "commune": "Reims",
    "code_postal": "51100",
    "adresse": "12 bis rue de Leclercq",
    "cle_ban": "13001_3079_00001",
    "courriel": "contact@example.org",
    "date_maj": "2022-06-02",
    "services": "Prendre en main un ordinateur;Utiliser le numérique au quotidien;Créer avec le "
    "numérique;S’équiper en matériel informatique",
    "publics_accueillis": "Familles/enfants;Adultes;Déficience visuelle;Seniors (+ 65 ans)",
    "conditions_acces": "Payant : L'accès au lieu et/ou à ses services est payant;Accepte le Pass "
    "numérique : Il est possible d'utiliser un Pass numérique pour accéder au lieu",
    "labels_nationaux": "France Services;CNFS;APTIC;Point numérique CAF;Fabriques de Territoire",
    "labels_autres": "SudLabs",
    "modalites_accompagnement": "Seul : j'ai accès à du matériel et une connexion;A ma place : une "
    "personne habilitée fait les démarches à ma place",
    "accessibilite": "https://acceslibre.beta.gouv.fr/x/",
    "couleur": "bleu",
}


def test_former_fields_and_values_are_said_in_todays():
    found = read(to_csv([OLD], OLD), TODAY)
    assert found.faults == ()
    assert found.ignored == ("couleur",)
    assert found.lines[0].row == {
        "id": "structure-1",
        "pivot": PIVOT,
        "nom": "Anonymal",
        "commune": "Reims",
        "code_postal": "51100",
        "adresse": "12 bis rue de Leclercq",
        "courriels": "contact@example.org",
        "date_maj": "2022-06-02",
        "services": "Maîtrise des outils numériques du quotidien|Loisirs et créations numériques|"
        "Acquisition de matériel informatique à prix solidaire",
        "publics_specifiquement_adresses": "Familles et/ou enfants|Seniors",
        "prise_en_charge_specifique": "Déficience visuelle",
        "frais_a_charge": "Payant|Gratuit sous condition",
        "dispositif_programmes_nationaux": "France Services|Conseillers numériques|"
        "Point d'accès numérique CAF",
        "autres_formations_labels": "APTIC|SudLabs",
        "formations_labels": "Fabriques de Territoire",
        "modalites_accompagnement": "En autonomie|Accompagnement individuel",
        "fiche_acces_libre": "https://acceslibre.beta.gouv.fr/x/",
    }


@pytest.mark.parametrize("label", ["Étapes numériques (La Poste)", "Étapes numériques(La Poste)"])
def test_a_label_is_known_in_both_its_spellings(label):
    row = good_rows(1, [PIVOT])[0] | {"formations_labels": label}
    found = read(to_csv([row]), TODAY)
    assert found.faults == ()
    assert found.lines[0].row["formations_labels"] == "Étapes numériques(La Poste)"


def test_every_fault_is_told_in_both_languages():
    assert FAULTS["fr"].keys() == FAULTS["en"].keys()
    for reason in FAULTS["fr"].keys() - {"line", "whole_file"}:
        for language in ("fr", "en"):
            said = what(Fault(3, "nom", "{expected}", reason, "{value}"), language)
            assert said.endswith((".", "}."))
    assert where(Fault(3, "nom", "", "missing"), "fr") == "Ligne 3"
    assert where(Fault(0, "", "", "empty_file"), "en") == "The whole file"
