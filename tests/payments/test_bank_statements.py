"""Whatever form a bank's file has, the same value comes out; what is not exact is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.bank_files import (
    CREDIT,
    DEBIT,
    camt_053,
    camt_054,
    cfonb_120,
    entry,
    mt_940,
    pain_002,
    statement,
)
from tests.support.paying import RESERVED_IBAN
from voucher_service.core.bank_file import (
    BankFile,
    BankStatement,
    Notification,
    PaymentAnswer,
    check_adds_up,
)
from voucher_service.core.errors import Invalid
from voucher_service.core.references import creditor_reference
from voucher_service.payments.bank_statements import read_bank_file
from voucher_service.payments.bank_statements.reading import cents_of

RF = creditor_reference("AF-2026-000007")
PAYOUT = entry(
    7_000,
    DEBIT,
    bank_reference="BK1",
    end_to_end="RA-2026-000001",
    name="PiNG",
    iban="FR7630006000011234567890189",
    text="RA-2026-000001 2026-11",
)
GIVEN_BACK = entry(
    7_000, bank_reference="BK2", end_to_end="RA-2026-000001", return_reason="AC04", name="PiNG"
)
RECEIPT = entry(
    2_500_001,
    bank_reference="BK3",
    creditor_reference=RF,
    name="Loire-Atlantique",
    text="Mandat 12",
)
SHORT = entry(1, bank_reference="BK4", text="VIREMENT DE NANTES METROPOLE REF AF-2026-000008 SOLDE")
STATEMENT = statement([PAYOUT, GIVEN_BACK, RECEIPT, SHORT], opening=100_000)


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_camt_053_is_read_in_both_versions(version: str):
    found = read_bank_file(camt_053(STATEMENT, version=version))
    assert found.form == f"camt.053.001.{version}"
    (read,) = found.statements
    # The bank cut the text at 35 signs, in the middle of our number.
    assert read.entries[3].text == "VIREMENT DE NANTES METROPOLE REF AF -2026-000008 SOLDE"
    assert replace(read, entries=read.entries[:3]) == replace(
        STATEMENT, entries=STATEMENT.entries[:3]
    )
    check_adds_up(read)


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_camt_054_is_read_in_both_versions(version: str):
    told = Notification(RESERVED_IBAN, [PAYOUT, GIVEN_BACK])
    found = read_bank_file(camt_054(told, version=version))
    assert found == BankFile(f"camt.054.001.{version}", notifications=[told])


def test_an_mt940_says_the_same():
    (read,) = read_bank_file(mt_940(STATEMENT)).statements
    assert replace(read, reference=STATEMENT.reference) == STATEMENT
    assert read.reference == "1203/001"


def test_a_cfonb_120_says_what_its_form_has_room_for():
    returned = replace(GIVEN_BACK, return_reason="CFONB-21")
    item = statement([PAYOUT, returned, RECEIPT, SHORT], opening=-100_000)
    (read,) = read_bank_file(cfonb_120(item)).statements
    assert read.account == RESERVED_IBAN[4:25]
    assert (read.opening_cents, read.closing_cents) == (item.opening_cents, item.closing_cents)
    told = [(e.signed_cents, e.end_to_end, e.creditor_reference, e.name) for e in read.entries]
    assert told == [
        (e.signed_cents, e.end_to_end, e.creditor_reference, e.name) for e in item.entries
    ]
    assert read.entries[1].return_reason == "CFONB-21"
    assert "AF-2026-000008" in read.entries[3].text
    check_adds_up(read)


def test_a_cfonb_120_needs_no_line_ends_and_may_hold_several_statements():
    second = statement([RECEIPT], opening=STATEMENT.closing_cents, on=date(2026, 12, 4))
    ends = [cfonb_120(STATEMENT, second, ends=end) for end in ("", "\n", "\r\n")]
    ends.append(b"\n".join(line.rstrip() for line in ends[1].splitlines()))
    assert len({str(read_bank_file(content)) for content in ends}) == 1
    assert len(read_bank_file(ends[0]).statements) == 2


def test_the_smallest_and_the_largest_amounts_keep_every_cent():
    for cents in (1, 9, 10, 99, 100, 101, 10_000_000_000):
        for direction in (CREDIT, DEBIT):
            item = statement([entry(cents, direction, bank_reference="X")], opening=5)
            for content in (camt_053(item), mt_940(item), cfonb_120(item)):
                (read,) = read_bank_file(content).statements
                assert [e.signed_cents for e in read.entries] == [item.entries[0].signed_cents]
                check_adds_up(read)


BATCHED = """<Ntry><Amt Ccy="EUR">74.05</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><DtTm>2026-12-03T23:59:00+01:00</DtTm></BookgDt><NtryDtls>
<Btch><PmtInfId>VP-2026-000001</PmtInfId></Btch>{}</NtryDtls></Ntry>"""
ONE = """<TxDtls><Refs><EndToEndId>{}</EndToEndId></Refs><Amt Ccy="EUR">{}</Amt></TxDtls>"""


def batched(details: str) -> list[tuple[int, str, str]]:
    item = statement([entry(7_405, DEBIT)])
    empty = camt_053(replace(item, entries=[]))
    content = empty.replace(b"</Stmt>", BATCHED.format(details).encode() + b"</Stmt>")
    (read,) = read_bank_file(content).statements
    check_adds_up(read)
    return [(line.cents, line.end_to_end, line.batch) for line in read.entries]


def test_a_batch_booked_at_once_is_split_when_its_payments_add_up():
    parts = ONE.format("RA-1", "70.00") + ONE.format("RA-2", "4.05")
    assert batched(parts) == [(7_000, "RA-1", ""), (405, "RA-2", "")]
    wrong = ONE.format("RA-1", "70.00") + ONE.format("RA-2", "4.06")
    assert batched(wrong) == [(7_405, "", "VP-2026-000001")]
    assert batched("") == [(7_405, "", "VP-2026-000001")]


def test_what_is_not_booked_yet_does_not_count():
    waiting = camt_053(STATEMENT).replace(b"<Cd>BOOK</Cd>", b"<Cd>PDNG</Cd>")
    (read,) = read_bank_file(waiting).statements
    assert read.entries == []


ANSWERS = [
    (pain_002("VP-1", "ACCP"), [PaymentAnswer("VP-1", "", "ACCP")]),
    (pain_002("VP-1", "RJCT", "DUPL"), [PaymentAnswer("VP-1", "", "RJCT", "DUPL")]),
    (
        pain_002("VP-1", "PART", RA_1="ACCP", RA_2="RJCT AC04"),
        [PaymentAnswer("VP-1", "RA-1", "ACCP"), PaymentAnswer("VP-1", "RA-2", "RJCT", "AC04")],
    ),
]


@pytest.mark.parametrize(("content", "answers"), ANSWERS)
def test_a_pain_002_answers_for_the_file_or_for_each_payment(
    content: bytes, answers: list[PaymentAnswer]
):
    assert read_bank_file(content).answers == answers


def test_a_status_of_a_batch_without_payments_is_about_the_whole_file():
    whole = pain_002("VP-1", "PART", X="ACCP").replace(
        b"<TxInfAndSts><OrgnlEndToEndId>X</OrgnlEndToEndId><TxSts>ACCP</TxSts></TxInfAndSts>",
        b"<PmtInfSts>RJCT</PmtInfSts>",
    )
    assert read_bank_file(whole).answers == [PaymentAnswer("VP-1", "", "RJCT")]


Change = Callable[[bytes], bytes]


def cut(old: bytes, new: bytes = b"") -> Change:
    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new, 1)

    return change


BROKEN: list[tuple[bytes, Change, str]] = [
    (camt_053(STATEMENT), cut(b"<Cd>OPBD</Cd>", b"<Cd>XXXX</Cd>"), "OPBD is missing"),
    (camt_053(STATEMENT), cut(b'Ccy="EUR"', b'Ccy="USD"'), "not in euros"),
    (camt_053(STATEMENT), cut(b"70.00", b"70.001"), "part of a cent"),
    (camt_053(STATEMENT), cut(b"70.00", b"7e999"), "out of bounds"),
    (camt_053(STATEMENT), cut(b"70.00", b"NaN"), "out of bounds"),
    (camt_053(STATEMENT), cut(b"70.00", b"-70.00"), "negative"),
    (camt_053(STATEMENT), cut(b"70.00", b"many"), "not a number"),
    (camt_053(STATEMENT), cut(b"DBIT", b"both"), "neither a credit nor a debit"),
    (camt_053(STATEMENT), cut(b"<BookgDt><Dt>2026", b"<BookgDt><Dt>20.6"), "date"),
    (camt_053(STATEMENT), cut(b"BkToCstmrStmt", b"Other"), "not good XML"),
    (cfonb_120(STATEMENT, ends=""), lambda content: content[:-1], "120 signs"),
    (cfonb_120(STATEMENT, ends=""), lambda content: content[:-120], "new balance is missing"),
    (cfonb_120(STATEMENT, ends=""), lambda content: content + content[120:240], "wrong order"),
    (cfonb_120(STATEMENT), cut(b"EUR2", b"EUR3"), "cents of euros"),
    (cfonb_120(STATEMENT), cut(b"031226", b"321226"), "date"),
    (cfonb_120(STATEMENT), cut(b"000000010000{", b"0000000100000"), "amount"),
    (mt_940(STATEMENT), cut(b":62F:C", b":62F:X"), "MT940"),
    (mt_940(STATEMENT), cut(b"EUR", b"USD"), "not in euros"),
    (pain_002("VP-1", "ACCP"), cut(b"<OrgnlMsgId>VP-1</OrgnlMsgId>"), "to which file"),
    (b"<a><b/></a>", bytes, "holds b"),
    (b"<a/>", bytes, "holds nothing"),
    (b"date;amount\n", bytes, "Send a camt.053"),
    (b"", bytes, "Send a camt.053"),
    (b"/etc/hostname", bytes, "Send a camt.053"),
]


@pytest.mark.parametrize(("content", "change", "told"), BROKEN)
def test_what_cannot_be_read_exactly_is_refused(content: bytes, change: Change, told: str):
    with pytest.raises(Invalid) as refused:
        read_bank_file(change(content))
    assert told in refused.value.detail


def test_a_text_that_names_a_file_is_not_taken_for_that_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ":20:x").write_bytes(mt_940(STATEMENT))
    with pytest.raises(Invalid):
        read_bank_file(b":20:x")


def test_what_cannot_be_read_is_not_logged(capfd, caplog):
    with pytest.raises(Invalid):
        read_bank_file(mt_940(STATEMENT).replace(b":62F:C", b":62F:X"))
    out, err = capfd.readouterr()
    assert "FR76" not in out + err + caplog.text


def test_a_statement_with_a_hole_is_named_with_what_lacks():
    holed = replace(STATEMENT, entries=STATEMENT.entries[1:])
    with pytest.raises(Invalid, match="-7000 cents"):
        check_adds_up(holed)


FORMS: list[Callable[[BankStatement], bytes]] = [camt_053, mt_940, cfonb_120]


@given(st.sampled_from(FORMS), st.integers(0, 3_000), st.binary(max_size=6))
def test_a_spoiled_file_is_read_or_refused_and_never_fails(
    form: Callable[[BankStatement], bytes], place: int, noise: bytes
):
    content = form(STATEMENT)
    place %= len(content)
    spoiled = content[:place] + noise + content[place + len(noise) :]
    try:
        read_bank_file(spoiled)
    except Invalid as refused:
        assert refused.detail  # noqa: PT017 - both ends are good


@given(st.text("0123456789.,- eE+x", max_size=12))
def test_an_amount_is_exact_or_refused(text: str):
    try:
        cents = cents_of(text)
    except Invalid:
        return
    assert cents == round(float(text.replace(",", ".")) * 100)
