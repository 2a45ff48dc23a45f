"""Files as banks send them, written from the value that the readers must find again."""

from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

from tests.support.paying import RESERVED_IBAN
from voucher_service.core.bank_file import BankEntry, BankStatement, Direction, Notification

CREDIT, DEBIT = Direction.CREDIT, Direction.DEBIT
DECEMBER = date(2026, 12, 3)


def entry(cents: int, direction: Direction = CREDIT, on: date = DECEMBER, **told: str) -> BankEntry:
    """A movement, with what a test wants to say of it."""
    return BankEntry(on, on, cents, direction, **told)


def statement(
    entries: Sequence[BankEntry],
    opening: int = 0,
    reference: str = "2026-12-03",
    on: date = DECEMBER,
    account: str = RESERVED_IBAN,
) -> BankStatement:
    """A statement that adds up."""
    closing = opening + sum(item.signed_cents for item in entries)
    return BankStatement(account, reference, on, opening, on, closing, list(entries))


def euros(cents: int) -> str:
    return f"{abs(cents) // 100}.{abs(cents) % 100:02d}"


def sign(cents: int) -> str:
    return "CRDT" if cents >= 0 else "DBIT"


def camt_053(*statements: BankStatement, version: str = "08") -> bytes:
    """An end-of-day statement file."""
    parts = "".join(
        f"<Stmt><Id>{item.reference}</Id><Acct><Id><IBAN>{item.account}</IBAN></Id></Acct>"
        f"{_balance('OPBD', item.opening_cents, item.opening_day)}"
        f"{_balance('CLBD', item.closing_cents, item.closing_day)}"
        f"{''.join(_entry(line, version) for line in item.entries)}</Stmt>"
        for item in statements
    )
    return _document(f"camt.053.001.{version}", "BkToCstmrStmt", parts)


def camt_054(*notifications: Notification, version: str = "08") -> bytes:
    """A notification file."""
    parts = "".join(
        f"<Ntfctn><Id>N</Id><Acct><Id><IBAN>{item.account}</IBAN></Id></Acct>"
        f"{''.join(_entry(line, version) for line in item.entries)}</Ntfctn>"
        for item in notifications
    )
    return _document(f"camt.054.001.{version}", "BkToCstmrDbtCdtNtfctn", parts)


def _document(form: str, message: str, parts: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:'
        f'{form}"><{message}><GrpHdr><MsgId>M</MsgId></GrpHdr>{parts}</{message}></Document>'
    ).encode()


def _balance(code: str, cents: int, day: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{euros(cents)}</Amt><CdtDbtInd>{sign(cents)}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(line: BankEntry, version: str) -> str:
    """An entry whose return, if it is one, names first the code of the original movement."""
    status = "<Sts>BOOK</Sts>" if version == "02" else "<Sts><Cd>BOOK</Cd></Sts>"
    other = ("Dbtr", "DbtrAcct") if line.direction is CREDIT else ("Cdtr", "CdtrAcct")
    name = f"<Nm>{escape(line.name)}</Nm>"
    party = name if version == "02" else f"<Pty>{name}</Pty>"
    details = (
        _if(line.batch, f"<PmtInfId>{line.batch}</PmtInfId>")
        + f"<EndToEndId>{line.end_to_end or 'NOTPROVIDED'}</EndToEndId>"
    )
    parties = _if(line.name, f"<{other[0]}>{party}</{other[0]}>") + _if(
        line.iban, f"<{other[1]}><Id><IBAN>{line.iban}</IBAN></Id></{other[1]}>"
    )
    cut = [line.text[start : start + 35] for start in range(0, len(line.text), 35)]
    remittance = "".join(f"<Ustrd>{escape(piece)}</Ustrd>" for piece in cut) + _if(
        line.creditor_reference,
        f"<Strd><CdtrRefInf><Ref>{line.creditor_reference}</Ref></CdtrRefInf></Strd>",
    )
    returned = _if(
        line.return_reason,
        "<RtrInf><OrgnlBkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd>"
        f"</Fmly></Domn></OrgnlBkTxCd><Rsn><Cd>{line.return_reason}</Cd></Rsn></RtrInf>",
    )
    return (
        f'<Ntry><Amt Ccy="EUR">{euros(line.cents)}</Amt>'
        f"<CdtDbtInd>{sign(line.signed_cents)}</CdtDbtInd>{status}"
        f"<BookgDt><Dt>{line.booked_on}</Dt></BookgDt><ValDt><Dt>{line.value_on}</Dt></ValDt>"
        + _if(line.bank_reference, f"<AcctSvcrRef>{line.bank_reference}</AcctSvcrRef>")
        + f"<NtryDtls><TxDtls><Refs>{details}</Refs>"
        + _if(parties, f"<RltdPties>{parties}</RltdPties>")
        + _if(remittance, f"<RmtInf>{remittance}</RmtInf>")
        + f"{returned}</TxDtls></NtryDtls></Ntry>"
    )


def _if(there: str, text: str) -> str:
    return text if there else ""


def pain_002(batch: str, group: str = "", reason: str = "", **payments: str) -> bytes:
    """An answer: ``RA_2026_000001="RJCT AC04"`` for a payment, or a status for the whole file."""
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    group_status = _if(group, f"<GrpSts>{group}</GrpSts>") + why
    lines = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{name.replace('_', '-')}</OrgnlEndToEndId>"
        f"<TxSts>{told.split()[0]}</TxSts>"
        + "".join(f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>" for code in told.split()[1:])
        + "</TxInfAndSts>"
        for name, told in payments.items()
    )
    batch_part = f"<OrgnlPmtInfId>{batch}</OrgnlPmtInfId>{lines}"
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{batch}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group_status}</OrgnlGrpInfAndSts>"
        + _if(lines, f"<OrgnlPmtInfAndSts>{batch_part}</OrgnlPmtInfAndSts>")
        + "</CstmrPmtStsRpt></Document>"
    ).encode()


def mt_940(item: BankStatement) -> bytes:
    """The same in the older text form, with lines of 65 signs."""
    lines = [
        f":20:{item.reference.replace('-', '')}",
        f":25:{item.account}",
        f":28C:{item.reference[-5:].replace('-', '')}/001",
        f":60F:{_mt_balance(item.opening_cents, item.opening_day)}",
    ]
    for line in item.entries:
        kind = "NRTI" if line.return_reason else "NTRF"
        lines.append(
            f":61:{line.value_on:%y%m%d}{line.booked_on:%m%d}{sign(line.signed_cents)[0]}"
            f"{euros(line.cents).replace('.', ',')}{kind}{line.end_to_end[:16] or 'NONREF'}"
            + _if(line.bank_reference, f"//{line.bank_reference}")
        )
        told = "".join(
            f"/{word}/{text}"
            for word, text in (
                ("EREF", line.end_to_end),
                ("CREF", line.creditor_reference),
                ("NAME", line.name),
                ("IBAN", line.iban),
                ("RTRN", line.return_reason),
                ("REMI", line.text),
            )
            if text
        )
        cut = [told[start : start + 65] for start in range(0, len(told), 65)] or ["VIREMENT"]
        lines += [f":86:{cut[0]}", *cut[1:]]
    lines += [f":62F:{_mt_balance(item.closing_cents, item.closing_day)}", "-"]
    return "\r\n".join(lines).encode()


def _mt_balance(cents: int, day: date) -> str:
    return f"{sign(cents)[0]}{day:%y%m%d}EUR{euros(cents).replace('.', ',')}"


def cfonb_120(*statements: BankStatement, ends: str = "\r\n") -> bytes:
    """The same in lines of 120 signs."""
    lines = []
    for item in statements:
        where = (item.account[4:9], item.account[9:14], item.account[14:25])
        lines.append(_cfonb("01", where, item.opening_day, item.opening_cents))
        for number, line in enumerate(item.entries, start=1):
            reason = line.return_reason.removeprefix("CFONB-")[:2]
            lines.append(
                _cfonb("04", where, line.booked_on, line.signed_cents, line, number, reason)
            )
            lines += [
                f"05{where[0]}    {where[1]}EUR2 {where[2]}B1{line.booked_on:%d%m%y}     {told:<72}"
                "  "
                for told in _complements(line)
            ]
        lines.append(_cfonb("07", where, item.closing_day, item.closing_cents))
    return "".join(line[:120].ljust(120) + ends for line in lines).encode("latin-1")


def _complements(line: BankEntry) -> list[str]:
    told = [("NPY", line.name), ("RCN", line.end_to_end), ("LCS", line.creditor_reference)]
    told += [("LCC", line.text[:70]), ("LC2", line.text[70:])]
    return [f"{qualifier}{text:<70}"[:73] for qualifier, text in told if text]


def _cfonb(
    code: str,
    where: tuple[str, str, str],
    day: date,
    cents: int,
    line: BankEntry | None = None,
    number: int = 0,
    reason: str = "",
) -> str:
    digits = f"{abs(cents):014d}"
    last = ("{ABCDEFGHI" if cents >= 0 else "}JKLMNOPQR")[int(digits[-1])]
    middle = f"{reason:<2}{line.value_on:%d%m%y}{'VIR SEPA':<31}  {number:07d}  " if line else ""
    kind = "B1" if line else "  "
    return (
        f"{code}{where[0]}    {where[1]}EUR2 {where[2]}{kind}{day:%d%m%y}{middle:<50}"
        f"{digits[:-1]}{last}"
    )
