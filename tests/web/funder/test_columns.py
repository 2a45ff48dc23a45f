"""What leaves the house with a funder, column by column: a new one is decided, not an accident."""

from typing import Any

from tests.web.funder.conftest import Funder

CAMPAIGN = ["name", "weight", "weights", "valid_until", "promised_cents", "received_cents"]
ORDER = ["ordered_at", "booklets", "state", "call", "called_cents", "received_cents"]
USES = ["passes", "cents"]
EVERYTHING: dict[str, list[str]] = {
    "campaigns": ["campaign", *CAMPAIGN, "used_cents", "paid_cents"],
    "orders": ["order", "campaign", *ORDER],
    "receipts": ["order", "received_on", "reference", "cents"],
    "statements": ["number", "campaign", "period", "cents", "approved_at"],
    "points": ["month", "name", "commune", *USES],
    "sites": ["month", "name", "commune", *USES],
    "services": ["month", "name", *USES],
    "communes": ["month", "commune", *USES],
    "months": ["month", *USES],
}
TITLES = {
    "campaigns": (
        "Dispositif;Nom;Votre part;Sur;Dernier jour;Promis (€);Reçu (€);Utilisé (€);Payé (€)"
    ),
    "orders": ("Commande;Dispositif;Date;Carnets;État;Appel de fonds;Appelé (€);Reçu (€)"),
    "receipts": "Commande;Date;Référence bancaire;Montant (€)",
    "statements": "Relevé;Dispositif;Période;Votre part (€);Approuvé le",
    "points": "Mois;Point;Commune;Pass utilisés;Valeur (€)",
    "sites": "Mois;Lieu;Commune;Pass utilisés;Valeur (€)",
    "services": "Mois;Service;Pass utilisés;Valeur (€)",
    "communes": "Mois;Commune;Pass utilisés;Valeur (€)",
    "months": "Mois;Pass utilisés;Valeur (€)",
}


def test_everything_of_a_funder_has_these_fields_and_no_other(metropole: Funder) -> None:
    told: dict[str, Any] = metropole.open("/downloads/everything.json").get_json()
    sides = told.pop("uses_of_campaigns")[str(metropole.nantes.campaign)]
    assert told.pop("as_of")
    assert told.pop("funder") == metropole.nantes.metropole
    tables = told | sides
    assert tables.keys() == EVERYTHING.keys()
    for name, rows in tables.items():
        assert rows, f"{name} is empty: nothing was looked at"
        assert {tuple(sorted(row)) for row in rows} == {tuple(sorted(EVERYTHING[name]))}, name


def test_each_spreadsheet_of_a_funder_has_these_columns_and_no_other(metropole: Funder) -> None:
    for name, titles in TITLES.items():
        side = name not in {"campaigns", "orders", "receipts", "statements"}
        file = f"{metropole.nantes.campaign}-{name}.csv" if side else f"{name}.csv"
        text = metropole.open(f"/downloads/{file}").data.decode("utf-8-sig")
        assert text.splitlines()[0].replace('"', "") == titles, name
