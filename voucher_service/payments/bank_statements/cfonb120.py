"""CFONB-120, the French text form: lines of 120 signs, one balance, movements, one balance.

01 old balance, 04 movement, 05 what else is known of it, 07 new balance. An amount's last sign
holds its last digit and its direction: ``{`` is +0, ``A`` +1… ``}`` is -0, ``J`` -1… (brochure
« Relevé de compte sur support informatique », July 2004, and its additions for SEPA of 2010).
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from voucher_service.core.bank_file import BankEntry, BankFile, BankStatement, Direction
from voucher_service.payments.bank_statements.reading import on_one_line, unreadable

FORM = "CFONB-120"
LINE = 120
OLD, MOVEMENT, MORE, NEW = "01", "04", "05", "07"
PLUS, MINUS = "{ABCDEFGHI", "}JKLMNOPQR"
FIRST = re.compile(rb"01\d{5}.{4}\d{5}[A-Z]{3}\d", re.DOTALL)


def looks_like(content: bytes) -> bool:
    """Whether a content begins as these do."""
    return FIRST.match(content) is not None


def read_statements(content: bytes) -> BankFile:
    """A file with one statement or several. Line ends are allowed, not needed."""
    text = re.sub(r"[\r\n]", "", _padded(content.decode("latin-1")))
    if len(text) % LINE:
        raise unreadable(f"its lines do not have {LINE} signs")
    lines = [text[start : start + LINE] for start in range(0, len(text), LINE)]
    return BankFile(FORM, statements=list(_statements(lines)))


def _padded(text: str) -> str:
    """Lines as long as they should be: some programs cut the spaces at their ends."""
    if "\n" not in text:
        return text
    return "".join(line.rstrip("\r").ljust(LINE) for line in text.split("\n") if line.strip())


def _statements(lines: Sequence[str]) -> Iterator[BankStatement]:
    opened: str | None = None
    movements: list[tuple[str, list[str]]] = []
    for line in lines:
        match line[:2], opened:
            case ("01", None):
                opened, movements = line, []
            case ("04", str()):
                movements.append((line, []))
            case ("05", str()) if movements:
                movements[-1][1].append(line)
            case ("07", str(old)):
                yield _statement(old, line, movements)
                opened = None
            case _:
                raise unreadable("its lines come in a wrong order")
    if opened is not None:
        raise unreadable("its new balance is missing")


def _statement(old: str, new: str, movements: Sequence[tuple[str, list[str]]]) -> BankStatement:
    if any(_account(line) != _account(old) for line in (new, *(line for line, _ in movements))):
        raise unreadable("one statement speaks of two accounts")
    opening, closing = _day(old[34:40]), _day(new[34:40])
    return BankStatement(
        _account(old),
        f"{opening}/{closing}",
        opening,
        _signed(old),
        closing,
        _signed(new),
        [entry for entry in (_entry(line, more) for line, more in movements) if entry.cents],
    )


def _account(line: str) -> str:
    """Bank, branch and account: a French IBAN without its four first and two last signs."""
    return line[2:7] + line[11:16] + line[21:32]


def _signed(line: str) -> int:
    """The amount of a line in signed cents."""
    digits, last = line[90:103].replace(" ", "0"), line[103]
    if not digits.isdigit() or last not in PLUS + MINUS:
        raise unreadable("an amount is not one")
    if (line[16:19], line[19]) != ("EUR", "2"):
        raise unreadable("an amount is not in cents of euros")
    cents = int(digits + str((PLUS + MINUS).index(last) % 10))
    return cents if last in PLUS else -cents


def _entry(line: str, more: Sequence[str]) -> BankEntry:
    cents = _signed(line)
    told: dict[str, str] = {}
    for item in more:
        told[item[45:48]] = on_one_line(told.get(item[45:48], ""), item[48:118])
    reference = told.get("RCN", "")[:35].strip()
    return BankEntry(
        booked_on=_day(line[34:40]),
        value_on=_day(line[42:48]),
        cents=abs(cents),
        direction=Direction.CREDIT if cents > 0 else Direction.DEBIT,
        bank_reference=_of_the_bank(line),
        end_to_end="" if reference in {"NOTPROVIDED", "NOT PROVIDED"} else reference,
        creditor_reference=told.get("LCS", "")[:35].strip(),
        text=on_one_line(
            line[48:79], *(told.get(name, "") for name in ("LIB", "LCC", "LC2", "REF")), line[104:]
        ),
        name=told.get("NPY", "") or told.get("NBE", ""),
        return_reason=f"CFONB-{line[40:42]}" if line[40:42].strip() else "",
    )


def _of_the_bank(line: str) -> str:
    """The bank's number of the entry; zeros mean that it gives none."""
    number = line[81:88].strip()
    return number if number.strip("0") else ""


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%d%m%y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise unreadable("a date is not one") from error
