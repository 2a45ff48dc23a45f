import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.documents.columns import Column, decimal, guarded, write_csv

COLUMNS = (
    Column("who", "Qui", "Who", "text"),
    Column("cents", "Montant", "Amount", "cents"),
    Column("count", "Nombre", "Count", "count"),
    Column("flag", "Hors ligne", "Offline", "flag"),
    Column("at", "Quand", "When", "moment"),
)
ROWS = st.fixed_dictionaries(
    {
        "who": st.text(st.characters(codec="utf-8")),
        "cents": st.integers(-(10**12), 10**12),
        "count": st.integers(0, 10**9),
        "flag": st.booleans(),
        "at": st.datetimes(timezones=st.just(None)).map(
            lambda at: at.isoformat(timespec="seconds") + "+01:00"
        ),
    }
)


def read_back(data):
    text = data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def understood(cells):
    who, cents, count, flag, at = cells
    return {
        "who": who.removeprefix("'"),
        "cents": int(cents.replace(",", "")),
        "count": int(count),
        "flag": flag == "oui",
        "at": at.replace(" ", "T") + "+01:00",
    }


@given(st.lists(ROWS, max_size=5))
def test_whatever_is_written_reads_back_the_same(rows):
    heading, *cells = read_back(write_csv(COLUMNS, rows))
    assert heading == ["Qui", "Montant", "Nombre", "Hors ligne", "Quand"]
    assert [understood(row) for row in cells] == rows


@given(st.text(st.characters(codec="utf-8")))
def test_no_text_can_begin_a_formula(text):
    assert not guarded(text).startswith(tuple("=+-@\t\r\n\0＝＋－＠"))
    assert guarded(text) in {text, "'" + text}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+33 2 40", "'+33 2 40"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("’s Gravenhage", "’s Gravenhage"),
        ("1+1", "1+1"),
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(text, written):
    assert guarded(text) == written


@pytest.mark.parametrize(
    ("cents", "written"),
    [(0, "0,00"), (5, "0,05"), (-5, "-0,05"), (123_456, "1234,56"), (-100, "-1,00")],
)
def test_an_amount_is_a_number_with_a_comma_never_a_guarded_text(cents, written):
    assert decimal(cents) == written


def test_the_file_is_one_that_excel_in_french_opens():
    data = write_csv(COLUMNS[:2], [{"who": 'L’"Atelier"; Nantes', "cents": 1000}])
    assert data == (
        b"\xef\xbb\xbf" + '"Qui";"Montant"\r\n"L’""Atelier""; Nantes";"10,00"\r\n'.encode()
    )
