"""The register of stamped values as the public accountant receives it."""

from datetime import date

from tests.documents import reading
from voucher_service.documents import stock_register
from voucher_service.documents.stock_register import COLUMNS, Holder
from voucher_service.store.queries.register_entries import Entry
from voucher_service.store.queries.registers import Account, Quantity, Register

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
HOLDER = Holder("CCAS de Nantes", "Nantes", "Opérateur")
QUANTITIES = {
    "opening": Quantity(100, 500),
    "received": Quantity(50, 250),
    "returned": Quantity(10, 50),
    "handed_over": Quantity(31, 155),
    "lost": Quantity(2, 10),
    "closing": Quantity(107, 535),
}
REGISTER = Register(FIRST, LAST, [Account(1, "Pass numérique Nantes", 1000, QUANTITIES)], 50)
ENTRIES = [
    Entry(FIRST, "Nantes", "received", "00000101", "00000150", 50, 250, 250_000, None),
    Entry(LAST, "Nantes", "lost", "00000007", "00000007", 1, 5, 5000, "missing from parcel 3"),
    Entry(LAST, "Nantes", "lost", "00000009", "00000009", -1, -5, -5000, "retrouvé"),
    Entry(LAST, "Nantes", "received", "00000200", "00000200", 1, 3, 3000, "for 00000012"),
]


def test_the_paper_says_whose_stock_of_which_days_and_every_figure():
    said = reading.text(stock_register.to_pdf(REGISTER, ENTRIES, HOLDER, date(2026, 12, 1)))
    for text in (
        "Registre des valeurs inactives",
        "CCAS de Nantes",
        "30 novembre 2026",
        "Pertes et blocages",
        "5 350,00 €",
        "107 carnets",
        "pas encore comptés : 50 carnets",
        "manque dans le colis 3",
        "remplace le carnet 00000012",
        "−50,00 €",
        "Le comptable public",
    ):
        assert text in said, text


def test_the_paper_of_an_empty_drawer_says_so():
    empty = Register(LAST, LAST, [], 0)
    said = reading.text(stock_register.to_pdf(empty, [], HOLDER, LAST))
    assert "Aucun carnet" in said
    assert "Aucun mouvement" in said


def test_the_spreadsheet_has_the_columns_of_the_paper():
    lines = stock_register.to_csv(REGISTER).decode("utf-8-sig").splitlines()
    assert lines[0] == ";".join(f'"{column.title_fr}"' for column in COLUMNS)
    assert lines[-1] == '"Pass numérique Nantes";"Stock à la fin";"107";"535";"10,00";"5350,00"'
    journal = stock_register.entries_to_csv(ENTRIES).decode("utf-8-sig").splitlines()
    assert len(journal) == 1 + len(ENTRIES)
    assert '"manque dans le colis 3"' in journal[2]


def test_a_screen_in_english_has_the_same_rows_in_english():
    french, english = stock_register.rows(REGISTER), stock_register.rows(REGISTER, "en")
    assert [row["cents"] for row in french] == [row["cents"] for row in english]
    assert english[-1]["movement"] == "Closing stock"


def test_the_same_register_is_the_same_paper():
    one, other = (
        stock_register.to_pdf(REGISTER, ENTRIES, HOLDER, LAST) for _ in range(2)
    )  # fmt: skip
    assert one == other
