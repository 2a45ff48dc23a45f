"""The accounting file: its 18 columns, its numbers, its alphabet, and that it adds up."""

import inspect
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.autumn import END_OF_DECEMBER, END_OF_NOVEMBER, Autumn
from tests.support.cast import World, trust_the_keys
from tests.support.fees import OFFICE, invoiced
from tests.support.paying import settle
from voucher_service.actions import invoicing, settling, undoing
from voucher_service.core import accounts
from voucher_service.core.campaign import PARIS
from voucher_service.core.errors import Conflict, Invalid, Mismatch
from voucher_service.core.fees import FeeKind
from voucher_service.core.transfer import Kind
from voucher_service.documents.fec import COLUMNS, ENCODING, PIPE, Fec, read_chart, written
from voucher_service.documents.fec_files import BOOKS, FecFile, chart_of, exercise
from voucher_service.store import tables
from voucher_service.store.postings import balances
from voucher_service.store.queries.accounting import Movement

SIRET = "43493312300029"
YEAR_END = date(2026, 12, 31)
CHART = chart_of(None)
NAMES = {"funder": {1: "Métropole"}, "association": {1: "PiNG"}, "campaign": {1: "Pass | Nantes"}}


def movement(**changed: object) -> Movement:
    given: dict[str, object] = {
        "written_on": date(2026, 11, 16),
        "kind": "use",
        "debit": "outstanding:campaign:1",
        "credit": "payable:association:1",
        "campaign": 1,
        "value_date": date(2026, 11, 15),
        "piece": "RA-2026-000001",
        "transfers": 3,
        "cents": 3_000,
    } | changed
    return Movement(**given)  # type: ignore[arg-type]


def rows_of(content: bytes, separator: str = "\t") -> list[dict[str, str]]:
    """The file as its reader sees it."""
    text = content.decode(ENCODING)
    assert text.endswith("\r\n")
    heading, *lines = text.removesuffix("\r\n").split("\r\n")
    assert heading.split(separator) == list(COLUMNS)
    rows = [line.split(separator) for line in lines]
    assert {len(row) for row in rows} <= {18}
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def made(*movements: Movement, opening=(), separator: str = "\t") -> list[dict[str, str]]:
    fec = Fec(CHART, NAMES, separator)
    content = b"".join(fec.write(opening, date(2026, 1, 1), movements))
    return rows_of(content, separator)


def test_the_eighteen_columns_say_what_who_when_and_how_much():
    debit, credit = made(movement())
    assert debit == {
        "JournalCode": "PN",
        "JournalLib": "Pass numériques",
        "EcritureNum": "PN000001",
        "EcritureDate": "20261116",
        "CompteNum": "467300",
        "CompteLib": "Pass en circulation",
        "CompAuxNum": "",
        "CompAuxLib": "",
        "PieceRef": "RA-2026-000001",
        "PieceDate": "20261115",
        "EcritureLib": "Pass utilisés (3), Pass Nantes",
        "Debit": "30,00",
        "Credit": "0,00",
        "EcritureLet": "",
        "DateLet": "",
        "ValidDate": "20261116",
        "Montantdevise": "",
        "Idevise": "",
    }
    assert (credit["CompteNum"], credit["CompAuxNum"]) == ("467500", "A000001")
    assert (credit["CompAuxLib"], credit["Credit"]) == ("PiNG", "30,00")


def test_one_entry_a_day_kind_and_counterparty_numbered_without_a_gap_in_each_journal():
    call = {"kind": "call", "debit": "receivable:funder:1", "credit": "funds:funder:1"}
    rows = made(
        movement(),
        movement(value_date=date(2026, 11, 16)),
        movement(credit="payable:association:2"),
        movement(**call, piece="AF-1"),
        movement(written_on=date(2026, 11, 17)),
        movement(written_on=date(2026, 11, 18), **call, piece="AF-2"),
    )
    assert [row["EcritureNum"] for row in rows[::2]] == [
        "AF000001", "PN000001", "PN000001", "PN000002", "PN000003", "AF000002",
    ]  # fmt: skip
    dates = [row["EcritureDate"] for row in rows]
    assert dates == sorted(dates)


def test_the_first_entry_brings_the_balances_forward():
    opening = [("bank_reserved", -3_000), ("payable:association:1", 3_000), ("in_transit", 0)]
    rows = made(movement(), opening=opening)
    assert [(row["EcritureNum"], row["Debit"], row["Credit"]) for row in rows[:2]] == [
        ("AN000001", "30,00", "0,00"), ("AN000001", "0,00", "30,00"),
    ]  # fmt: skip
    assert rows[0]["EcritureDate"] == "20260101"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("L’été à Nantes – 2026", "L'été à Nantes - 2026"),
        ("a\tb|c\r\nd", "a b c d"),
        ("Łódź €", "?ódz €"),
        ("e\u0301cole", "école"),
        ("🎫", "?"),
    ],
)
def test_cells_stay_in_the_alphabet_and_hold_neither_separator(text: str, cell: str):
    assert written(text) == cell
    assert written(text).encode(ENCODING)


def test_either_separator_may_be_asked_for():
    assert made(movement(), separator=PIPE) == made(movement())


def test_the_chart_that_ships_names_every_account_and_every_kind():
    assert set(CHART.kinds) == {kind.value for kind in (*Kind, *FeeKind)}
    for name, value in vars(accounts).items():
        if name.isupper():
            made(movement(debit=value, credit="payable:association:1"))
        elif inspect.isfunction(value) and len(inspect.signature(value).parameters) == 1:
            made(movement(debit=value(7), credit="payable:association:1"))


def test_an_account_or_a_kind_without_a_name_is_refused_and_not_left_out():
    with pytest.raises(Conflict, match="unmapped_account"):
        made(movement(debit="savings"))
    with pytest.raises(Conflict, match="unmapped_account"):
        made(movement(debit="payable:nobody:1"))
    with pytest.raises(Conflict, match="unmapped_kind"):
        made(movement(kind="bonus"))
    with pytest.raises(Mismatch, match="entry_differs"):
        made(opening=[("bank_reserved", -1)])


@pytest.mark.parametrize(
    "text",
    [
        "[accounts]\n[journals]\nAN='x'\n",
        "[accounts]\n[journals]\n[kinds]\n",
        "[accounts]\n[journals]\nAN='x'\n[kinds]\nuse={journal='ZZ', label='x'}\n",
        "[accounts]\nbank_reserved={colour='red'}\n[journals]\nAN='x'\n[kinds]\n",
        "no toml",
    ],
)
def test_a_file_that_is_no_chart_is_refused(tmp_path: Path, text: str):
    file = tmp_path / "chart.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"."):
        read_chart(file)


def test_only_days_that_are_over_are_written():
    today = date(2026, 11, 16)
    assert exercise(date(2026, 1, 1), YEAR_END, today).last == date(2026, 11, 15)
    with pytest.raises(Conflict, match="not_over"):
        exercise(today, YEAR_END, today)
    with pytest.raises(Invalid, match="bad_days"):
        exercise(YEAR_END, today, today)


# From the ledger


@pytest.fixture
def year(engine: Engine) -> Iterator[Autumn]:
    """A November settled and paid, uses of December, on both engines."""
    with Session(engine) as session:
        trust_the_keys(session)
        world = World(engine, session, datetime(2026, 11, 30, 23, 30, tzinfo=PARIS))
        autumn = Autumn(world)
        autumn.spend(autumn.ping, 4)
        autumn.spend(autumn.alis44, 3)
        undoing.undo(
            session, autumn.ping.site, autumn.ping.device, "scan-00000001", "Erreur", world.now
        )
        session.commit()
        world.now = datetime(2026, 12, 2, 0, 30, tzinfo=PARIS)
        (ping, *_) = world.close("2026-11", END_OF_NOVEMBER)
        settling.approve_statement(session, ping, "token:2", world.now)
        settle(world, ping)
        autumn.spend(autumn.ping, 2)
        yield autumn
        world.close_book()


def fec_of(world: World, first: date, last: date) -> tuple[FecFile, list[dict[str, str]]]:
    file = FecFile(SIRET, exercise(first, last, date(2028, 1, 1)), CHART)
    return file, rows_of(b"".join(file.lines(world.session)))


def cents(text: str) -> int:
    return int(text.replace(",", ""))


def by_account(rows: list[dict[str, str]]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for row in rows:
        sums[row["CompteNum"]] += cents(row["Credit"]) - cents(row["Debit"])
    return {number: amount for number, amount in sums.items() if amount}


def ledger_by_account(world: World) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for account, _, amount in balances(world.session):
        general = account.rpartition(":")[0] if account.count(":") == 2 else account
        sums[CHART.accounts[general].number] += amount
    return {number: amount for number, amount in sums.items() if amount}


def test_the_file_of_a_year_ties_to_the_ledger_to_the_cent(year: Autumn):
    file, rows = fec_of(year.world, date(2026, 1, 1), YEAR_END)
    assert file.name == "434933123FEC20261231.txt"
    assert by_account(rows) == ledger_by_account(year.world)
    assert sum(cents(row["Debit"]) for row in rows) == file.totals.debit == file.totals.credit
    assert file.totals.moved == file.totals.debit
    uses = [row for row in rows if row["EcritureLib"].startswith("Pass utilisés")]
    assert {row["PieceRef"] for row in uses} == {
        "RA-2026-000001", "RA-2026-000002", "PASS-20261130", "PASS-20261202",
    }  # fmt: skip
    assert {row["EcritureDate"] for row in uses} == {"20261130", "20261202"}  # days in Paris


def test_the_next_year_begins_where_this_one_ended(year: Autumn):
    world = year.world
    _, before = fec_of(world, date(2026, 1, 1), YEAR_END)
    world.now = datetime(2027, 1, 2, 9, 0, tzinfo=PARIS)
    world.close("2026-12", END_OF_DECEMBER)
    year.spend(year.ping, 1)
    _, after = fec_of(world, date(2027, 1, 1), date(2027, 12, 31))
    forward = [row for row in after if row["JournalCode"] == "AN"]
    assert by_account(forward) == by_account(before)
    assert by_account(after) == ledger_by_account(world)
    # What was settled since bears its statement; no number of the year before has moved.
    _, again = fec_of(world, date(2026, 1, 1), YEAR_END)
    assert [row["EcritureNum"] for row in again] == [row["EcritureNum"] for row in before]
    assert "RA-2026-000001" in {row["PieceRef"] for row in again}
    assert any(row["PieceRef"].startswith("RA-2027-") for row in again)


def test_the_operators_own_books_have_a_file_of_their_own(session: Session, engine: Engine):
    world = World(engine, session)
    Autumn(world)
    number = invoiced(world)
    funder = world.session.get_one(tables.FeeDocument, number).funder_id
    note = invoicing.issue_credit_note(world.session, number, 3, "Remise", OFFICE, world.now)
    paid_on = date(2026, 11, 20)
    invoicing.record_payment(world.session, number, 120_000, paid_on, "VIR 1", world.now)
    days = exercise(date(2026, 1, 1), YEAR_END, date(2027, 1, 5))
    file = FecFile(SIRET, days, CHART, books=BOOKS["fees"])
    rows = rows_of(b"".join(file.lines(world.session)))
    assert file.name == "434933123FEC20261231_fees.txt"
    assert "frais de gestion" in file.note("Opérateur")
    told = {(row["CompteNum"], row["PieceRef"], row["Debit"], row["Credit"]) for row in rows}
    assert {
        ("411000", number, "1000,03", "0,00"),
        ("706000", number, "0,00", "1000,03"),
        ("445710", number, "0,00", "200,01"),
        ("706000", note, "0,03", "0,00"),
        ("512200", number, "1200,00", "0,00"),
    } <= told
    third = {(row["CompAuxNum"], row["CompAuxLib"]) for row in rows if row["CompteNum"] == "411000"}
    assert third == {(f"F{funder:06d}", "Nantes Métropole")}
    reserved = FecFile(SIRET, days, CHART)
    accounts_there = {row["CompteNum"] for row in rows_of(b"".join(reserved.lines(world.session)))}
    assert not accounts_there & {"411000", "706000", "445710", "512200"}
