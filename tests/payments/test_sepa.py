"""The file a bank is sent: the schema's and the profile's, and the same bytes every time."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

import pytest
from lxml import etree
from sepaxml.validation import try_valid_xml

from voucher_service.core.errors import Invalid
from voucher_service.core.payout_batch import (
    Account,
    CreditTransfer,
    Hindrance,
    LeftOut,
    PayoutBatch,
    document,
    read,
)
from voucher_service.payments import sepa
from voucher_service.payments.safe_xml import parse

IBANS = ("FR7630006000011234567890189", "FR1420041010050500013M02606")
DEBTOR = Account("Opérateur du pass", "FR7630001007941234567890185", "Nantes", "FR")
PING = Account("PiNG & Cie", IBANS[0])
ALIS44 = Account("Alis44 – Chantenay", IBANS[1], "Nantes", "FR")
PAYMENTS = (
    CreditTransfer("RA-2026-000001", "RA-2026-000001", 1, PING, 7_000, "RA-2026-000001 2026-11"),
    CreditTransfer("RA-2026-000002-2", "RA-2026-000002", 2, ALIS44, 405, "RA-2026-000002 2026-11"),
)
BATCH = PayoutBatch(
    "VP-2026-000001",
    "2026-11",
    datetime(2026, 12, 2, 20, 54, tzinfo=UTC),
    date(2026, 12, 3),
    DEBTOR,
    PAYMENTS,
    (LeftOut("RA-2026-000003", 3, 1_000, Hindrance.NOT_APPROVED),),
)
SCHEMA = "pain.001.001.09.xsd"


def first(**changed: Any) -> PayoutBatch:
    """The batch with another first payment."""
    return replace(BATCH, payments=(replace(PAYMENTS[0], **changed), PAYMENTS[1]))


def holder(name: str, iban: str = IBANS[0], **changed: str) -> PayoutBatch:
    return first(account=Account(name, iban, **changed))


def texts(file: bytes, path: str) -> list[str]:
    """What stands at a path, such as ``PmtInf/NbOfTxs``."""
    steps = "/".join(f"p:{step}" for step in path.split("/"))
    found = parse(file).xpath(f"p:CstmrCdtTrfInitn/{steps}", namespaces={"p": sepa.NAMESPACE})
    return [item.text for item in found]


def test_the_file_says_who_pays_whom_how_much_and_when():
    file = sepa.pain_001(BATCH)
    assert texts(file, "GrpHdr/MsgId") == ["VP-2026-000001"]
    assert texts(file, "GrpHdr/CreDtTm") == ["2026-12-02T21:54:00"]  # Paris, on 24 hours
    assert texts(file, "GrpHdr/NbOfTxs") == texts(file, "PmtInf/NbOfTxs") == ["2"]
    assert texts(file, "GrpHdr/CtrlSum") == texts(file, "PmtInf/CtrlSum") == ["74.05"]
    assert texts(file, "PmtInf/ReqdExctnDt/Dt") == ["2026-12-03"]
    assert texts(file, "PmtInf/BtchBookg") == ["false"]
    assert texts(file, "PmtInf/ChrgBr") == ["SLEV"]
    assert texts(file, "PmtInf/PmtTpInf/SvcLvl/Cd") == ["SEPA"]
    assert texts(file, "PmtInf/Dbtr/PstlAdr/TwnNm") == ["Nantes"]
    one = "PmtInf/CdtTrfTxInf"
    assert texts(file, f"{one}/PmtId/EndToEndId") == ["RA-2026-000001", "RA-2026-000002-2"]
    assert texts(file, f"{one}/Amt/InstdAmt") == ["70.00", "4.05"]
    assert file.count(b'<InstdAmt Ccy="EUR">') == 2
    assert texts(file, f"{one}/Cdtr/Nm") == ["PiNG + Cie", "Alis44 Chantenay"]
    assert texts(file, f"{one}/Cdtr/PstlAdr/Ctry") == ["FR"]
    assert texts(file, f"{one}/CdtrAcct/Id/IBAN") == list(IBANS)
    assert b"AdrLine" not in file


def test_a_bank_without_bic_is_said_not_to_be_given_one_never_left_empty():
    file = sepa.pain_001(BATCH)
    assert texts(file, "PmtInf/DbtrAgt/FinInstnId/Othr/Id") == ["NOTPROVIDED"]
    named = sepa.pain_001(replace(BATCH, debtor=replace(DEBTOR, bic="BDFEFRPPCCT")))
    assert texts(named, "PmtInf/DbtrAgt/FinInstnId/BICFI") == ["BDFEFRPPCCT"]


def test_the_schema_is_the_published_one_and_another_reader_agrees():
    ours = (sepa.SCHEMAS / SCHEMA).read_bytes()
    theirs = files("sepaxml").joinpath("schemas", SCHEMA).read_bytes()
    assert ours == theirs
    readme = (sepa.SCHEMAS / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(ours).hexdigest() in readme
    try_valid_xml(sepa.pain_001(BATCH), "pain.001.001.09")


def test_the_frozen_document_holds_the_whole_batch():
    assert document(read(document(BATCH))) == document(BATCH)
    assert sepa.pain_001(read(document(BATCH))) == sepa.pain_001(BATCH)
    assert read(document(BATCH)).total_cents == 7_405


ELSEWHERE = """
import os, sys, time
os.environ["TZ"] = "America/New_York"
time.tzset()
from voucher_service.core.payout_batch import read
from voucher_service.payments.sepa import pain_001
sys.stdout.buffer.write(pain_001(read(sys.stdin.buffer.read())))
"""


def test_the_same_batch_on_another_machine_is_the_same_file():
    made = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], input=document(BATCH), capture_output=True, check=True
    )
    assert made.stdout == sepa.pain_001(BATCH)


UNFIT: list[tuple[PayoutBatch, str]] = [
    (replace(BATCH, payments=()), "nothing to pay"),
    (replace(BATCH, number="/VP"), "not an identifier"),
    (replace(BATCH, number="V" * 36), "not an identifier"),
    (replace(BATCH, execution_day=date(2026, 12, 5)), "not a settlement day"),
    (replace(BATCH, execution_day=date(2026, 12, 1)), "is past"),
    (replace(BATCH, debtor=replace(DEBTOR, town="")), "town and the country are missing"),
    (replace(BATCH, debtor=replace(DEBTOR, holder="数字")), "debtor: no sign"),
    (replace(BATCH, payments=PAYMENTS + PAYMENTS), "RA-2026-000001 stands 2 times"),
    (first(end_to_end="RA//1"), "not an identifier"),
    (first(end_to_end="R" * 36), "not an identifier"),
    (first(cents=0), "0 cents cannot be paid"),
    (first(cents=-500), "-500 cents"),
    (first(cents=True), "True cents"),
    (first(cents=5.0), "5.0 cents"),
    (first(cents=100_000_000_000), "cannot be paid"),
    (first(remittance="r" * 141), "does not fit 140"),
    (first(remittance="🎉"), "does not fit 140"),
    (holder("x" * 71), "over 70 signs"),
    (holder("🎉"), "no sign of the holder's name"),
    (holder("PiNG", "FR7630006000011234567890188"), "check digits"),  # the two IBAN digits
    # The IBAN digits agree, the national key does not.
    (holder("PiNG", "FR0630006000011234567890188"), "check digits"),
    (holder("PiNG", "MU17BOMM0101101030300200000MUR"), "not one of the SEPA area"),
    (holder("PiNG", "FR76 3000 6000 0112 3456 7890 189"), "check digits"),
    (holder("PiNG", town="Nantes"), "both a town and a country"),
    (holder("PiNG", town="x" * 36, country="FR"), "does not fit 35"),
]


@pytest.mark.parametrize(("batch", "fault"), UNFIT, ids=[fault for _, fault in UNFIT])
def test_what_a_bank_would_refuse_is_not_written(batch: PayoutBatch, fault: str):
    with pytest.raises(Invalid, match="unfit_for_bank") as refused:
        sepa.pain_001(batch)
    assert fault in refused.value.detail


def test_every_fault_is_told_at_once():
    with pytest.raises(Invalid) as refused:
        sepa.pain_001(replace(first(cents=0), number="/VP", execution_day=date(2026, 12, 6)))
    assert refused.value.detail.count(";") == 2


LONGEST: list[Callable[[], PayoutBatch]] = [
    lambda: holder("é" * 70),
    lambda: first(end_to_end="E" * 35),
    lambda: first(remittance="r" * 140),
    lambda: first(cents=sepa.MOST_CENTS),
    lambda: holder("PiNG", town="x" * 35, country="FR"),
]


@pytest.mark.parametrize("batch", LONGEST)
def test_the_longest_that_fits_is_written_whole(batch: Callable[[], PayoutBatch]):
    made = batch()
    file = sepa.pain_001(made)
    assert texts(file, "PmtInf/CdtTrfTxInf/PmtId/EndToEndId")[0] == made.payments[0].end_to_end
    assert texts(file, "PmtInf/CdtTrfTxInf/RmtInf/Ustrd")[0] == made.payments[0].remittance


def test_the_schema_has_the_last_word():
    broken = replace(BATCH, debtor=replace(DEBTOR, country="France"))
    with pytest.raises(Invalid, match="not_pain_001"):
        sepa.pain_001(broken)


BILLION = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>"""
FILE = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>"""
OUTSIDE = b"""<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>"""
WIDE = FILE.decode().encode("utf-16")


@pytest.mark.parametrize("trick", [BILLION, FILE, OUTSIDE, WIDE, b"", b"<a>", b"\x00\xff", b"a,b"])
def test_xml_that_plays_tricks_is_refused(trick: bytes):
    with pytest.raises(Invalid):
        parse(trick)


def test_xml_with_comments_is_read_without_them():
    root = parse(b"<?x y?><a><!-- 12 -->3</a>")
    assert etree.tostring(root) == b"<a>3</a>"
