"""Succession: one operator cedes its scheme, and another takes it over whole, or not at all.

What it must never do: leave two houses that spend the same passes, lose a debt, or let a private
key, a token or a passphrase travel. Files are made and read elsewhere.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from voucher_service.actions import sealing
from voucher_service.actions.checking import Problem, check_books
from voucher_service.core.books import position
from voucher_service.core.canonical import Json, canonical, sha256_hex
from voucher_service.core.errors import Conflict, Mismatch
from voucher_service.core.findings import differences
from voucher_service.core.signing import KeyStatus
from voucher_service.core.statements import books_document
from voucher_service.store import ceding, scheme_archive, successions, tables
from voucher_service.store.once import insert_row
from voucher_service.store.postings import balances
from voucher_service.store.session import Session

CEDED, TAKEN_OVER = "ceded", "taken_over"


@dataclass(frozen=True, slots=True)
class House:
    """An operator as it calls itself."""

    name: str
    siret: str | None


def cede(session: Session, to: House, actor: str, now: datetime) -> None:
    """End this house: seal the books, part with every phone, and let nothing be written any more.

    In the transaction that writes the archive. Said again, it changes nothing.
    """
    before = ceding.ceded_to(session)
    if before is not None:
        if before.operator != to.name:
            raise Conflict("ceded", f"It was ceded to {before.operator} already.")
        return
    sealing.seal_all(session, now)
    successions.part_with_phones(session, now)
    _remember(session, CEDED, to, None, actor, now)
    ceding.end(session)


def _remember(
    session: Session, kind: str, other: House, manifest: str | None, actor: str, now: datetime
) -> None:
    insert_row(
        session,
        tables.Succession,
        kind=kind,
        operator=other.name,
        siret=other.siret,
        manifest_sha256=manifest,
        actor=actor,
        at=now,
    )


def totals(session: Session, *, own_keys: int = 0) -> dict[str, Json]:
    """What both houses must agree on: rows of each table, and the money to the cent.

    ``own_keys``: public keys that are this house's own and came from nobody.
    """
    held, rows = balances(session), scheme_archive.counted(session)
    rows["signing_key"] -= own_keys
    facts: dict[str, Json] = {
        "rows": dict(rows),
        "books": books_document(position(held)),
        "accounts": len(held),
        "balances_sha256": sha256_hex(canonical(accounts(held))),
    }
    return facts | successions.money(session)


def accounts(held: Iterable[tuple[str, int, int]]) -> list[Json]:
    """Every balance as both houses write it."""
    return [
        {"account": account, "campaign": campaign, "balance_cents": cents}
        for account, campaign, cents in held
    ]


def problems(session: Session) -> list[Json]:
    """What does not hold in the books, for the manifest: it travels along, it is never hidden."""
    return [_problem(problem) for problem in check_books(session)]


def _problem(problem: Problem) -> Json:
    return {"invariant": problem.invariant, "detail": problem.detail}


def check_empty(session: Session) -> None:
    """A scheme is taken over by a house that has none: nothing may be mixed."""
    there = successions.in_the_way(session)
    if there:
        raise Conflict(
            "not_empty",
            f"This house is not empty ({', '.join(there)}): take the scheme over in a new one.",
        )


def incoming(now: datetime) -> Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]]:
    """What changes of the rows that come in: phones must pair again, old keys sign nothing new."""

    def phone(row: dict[str, Any]) -> dict[str, Any]:
        # No token has such a hash: it is not one.
        gone = {"token_hash": f"left behind: {row['id']}".encode()}
        return gone | {"revoked_at": row["revoked_at"] or now}

    def key(row: dict[str, Any]) -> dict[str, Any]:
        retired = {"status": KeyStatus.RETIRED.value}
        return retired if row["status"] == KeyStatus.ACTIVE.value else {}

    return {"device": phone, "signing_key": key}


def check_taken_over(session: Session, manifest: Mapping[str, Json], *, own_keys: int) -> None:
    """Everything that came in is everything that left, to the cent; raises :class:`Mismatch`."""
    found = list(differences(manifest["totals"], totals(session, own_keys=own_keys)))
    if found:
        said = "; ".join(f"{one.field}: {one.expected} left, {one.found} came" for one in found)
        raise Mismatch("totals_differ", said)
    if problems(session) != manifest["problems"]:
        raise Mismatch("books_differ", "The books do not check here as they did there.")


def take_over(session: Session, of: House, manifest_sha256: str, actor: str, now: datetime) -> None:
    """Remember whose scheme this was. From here on it is this house's."""
    _remember(session, TAKEN_OVER, of, manifest_sha256, actor, now)
