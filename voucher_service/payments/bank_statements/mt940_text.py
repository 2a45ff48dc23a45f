"""MT940, the older text form, through the mt-940 library: exact amounts, our reference kept.

The library would take a text that names a file for that file: it is given a reader, never a text.
Its switches are all on: without them it cuts long details and turns a reversal's sign. It logs the
lines that it cannot read, names and IBANs included: it is not heard.
"""

import logging
import re
from datetime import date
from io import StringIO
from typing import Any

import mt940

from voucher_service.core.bank_file import BankEntry, BankFile, BankStatement, Direction
from voucher_service.payments.bank_statements.reading import cents_of, on_one_line, unreadable

logging.getLogger("mt940").addHandler(logging.NullHandler())
logging.getLogger("mt940").propagate = False

FORM = "MT940"
NO_REFERENCE = ("NONREF", "NOTPROVIDED", "")
WORDS = "EREF|REMI|NAME|IBAN|RTRN|CREF|SVCREF|BIC|ORDP|BENM|CNTP|KREF"
STRUCTURED = re.compile(rf"/({WORDS})/(.*?)(?=/(?:{WORDS})/|$)", re.DOTALL)
"""Details in the French and Dutch way: ``/EREF/…/REMI/…``."""


def looks_like(content: bytes) -> bool:
    """Whether a content begins as these do."""
    return content.startswith((b":20:", b"{1:", b":940:"))


def read_statements(content: bytes) -> BankFile:
    """An MT940 file with one statement or several."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    try:
        found = mt940.parse_statements(StringIO(text), options=mt940.Options.all())
        return BankFile(FORM, statements=[_statement(item) for item in found])
    except (LookupError, TypeError, ValueError, ArithmeticError, RuntimeError) as error:
        raise unreadable("it is not good MT940") from error


def _statement(item: Any) -> BankStatement:  # noqa: ANN401 - the library's own collection
    facts = item.data
    opening, closing = facts["final_opening_balance"], facts["final_closing_balance"]
    number = "/".join(filter(None, (facts.get("statement_number"), facts.get("sequence_number"))))
    return BankStatement(
        facts["account_identification"].replace(" ", ""),
        f"{number or facts.get('transaction_reference', '')}",
        _day(opening.date),
        _cents(opening.amount),
        _day(closing.date),
        _cents(closing.amount),
        [entry for entry in (_entry(line.data) for line in item) if entry.cents],
    )


def _cents(amount: Any) -> int:  # noqa: ANN401
    if amount.currency != "EUR":
        raise unreadable("an amount is not in euros")
    return cents_of(str(amount.amount))


def _day(moment: date) -> date:
    """A plain day: the library's own kind of date equals no other."""
    return date(moment.year, moment.month, moment.day)


def _entry(facts: dict[str, Any]) -> BankEntry:
    cents = _cents(facts["amount"])
    details = facts.get("transaction_details") or ""
    told = {word: on_one_line(text) for word, text in STRUCTURED.findall(details.replace("\n", ""))}
    reference = told.get("EREF") or facts.get("customer_reference") or ""
    return BankEntry(
        booked_on=_day(facts.get("entry_date") or facts["date"]),
        value_on=_day(facts["date"]),
        cents=abs(cents),
        direction=Direction.CREDIT if cents > 0 else Direction.DEBIT,
        bank_reference=facts.get("bank_reference") or "",
        end_to_end="" if reference in NO_REFERENCE else reference,
        creditor_reference=told.get("CREF", ""),
        text=told.get("REMI", "") if told else on_one_line(details),
        name=told.get("NAME", ""),
        iban=told.get("IBAN", "").replace(" ", ""),
        return_reason=told.get("RTRN", "").strip("/"),
    )
