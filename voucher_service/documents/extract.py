"""A party's account as a spreadsheet: each movement, and what is owed after it.

One list of columns, amounts in cents until they are written. Nothing is added up but the balance.
"""

from collections.abc import Iterable, Iterator

from voucher_service.core.statements import local
from voucher_service.documents.columns import Column, Row, write_csv
from voucher_service.documents.fec import Chart
from voucher_service.store.queries.extracts import Posting

COLUMNS = (
    Column("recorded_at", "Enregistré le", "Recorded at", "moment"),
    Column("value_date", "Date d'effet", "Value date", "text"),
    Column("kind", "Nature", "Kind", "text"),
    Column("account", "Compte", "Account", "text"),
    Column("campaign", "Dispositif", "Campaign", "text"),
    Column("piece", "Document", "Document", "text"),
    Column("serial", "Carnet", "Booklet", "text"),
    Column("number", "Pass", "Pass", "text"),
    Column("site", "Lieu", "Site", "text"),
    Column("debit_cents", "Débit (€)", "Debit (€)", "cents"),
    Column("credit_cents", "Crédit (€)", "Credit (€)", "cents"),
    Column("balance_cents", "Solde (€)", "Balance (€)", "cents"),
)


def rows(opening_cents: int, postings: Iterable[Posting]) -> Iterator[Row]:
    """Each movement as a row, with the balance after it: above zero, the scheme owes the party."""
    balance = opening_cents
    for posting in postings:
        balance += posting.credit - posting.debit
        yield {
            "recorded_at": local(posting.recorded_at),
            "value_date": posting.value_date.isoformat(),
            "kind": posting.kind,
            "account": posting.account,
            "campaign": posting.campaign,
            "piece": posting.piece,
            "serial": posting.serial,
            "number": posting.number,
            "site": posting.site,
            "debit_cents": posting.debit,
            "credit_cents": posting.credit,
            "balance_cents": balance,
        }


def to_csv(opening_cents: int, postings: Iterable[Posting], chart: Chart) -> bytes:
    """The rows for a spreadsheet in French, kinds and accounts in the accountant's words."""

    def called(row: Row) -> Row:
        general = str(row["account"]).rpartition(":")[0]
        kind = chart.kinds.get(str(row["kind"]), ("", str(row["kind"])))[1]
        account = chart.accounts.get(general)
        return {**row, "kind": kind, "account": account.label if account else general}

    return write_csv(COLUMNS, (called(row) for row in rows(opening_cents, postings)))
