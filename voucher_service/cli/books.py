"""Commands about money: periods, invariants, seals, and the nightly round.

What is found wrong is named and exits with status 1; nothing is ever repaired here.
"""

import re
from datetime import datetime, timedelta

import click

from voucher_service.actions.alerting import tell_alerts
from voucher_service.actions.checking import Problem, check_books
from voucher_service.actions.contesting import conclude_all
from voucher_service.actions.remembering import keep_past_months
from voucher_service.actions.sealing import seal as seal_once
from voucher_service.actions.settling import open_period
from voucher_service.cli.console import answer, as_json, progress, stop
from voucher_service.cli.gifts import compare_with_stripe
from voucher_service.cli.home import ACTOR, now, reading, sessions_of
from voucher_service.config import BadSettings, Settings, read_settings
from voucher_service.core.campaign import PARIS
from voucher_service.core.canonical import Json
from voucher_service.jobs import Sessions
from voucher_service.jobs.mails import carry
from voucher_service.jobs.papers import draw_missing
from voucher_service.jobs.statements import close
from voucher_service.jobs.tools import make_tools
from voucher_service.store import account_upkeep, books_files, kept_forms, sums, upkeep
from voucher_service.store.ceding import ceded_to
from voucher_service.store.seals import FEES, SCHEME, Chain
from voucher_service.store.settlements import period

LABEL = re.compile(r"\d{4}-(0[1-9]|1[0-2])")

STRAY_AFTER = timedelta(days=1)
"""When a file that a killed print left behind is nobody's any more."""


@click.command("close-period")
@click.argument("label")
@click.option("--cutoff", help="When it ends, RFC 3339 (default: the end of the month LABEL).")
@as_json
def close_period(label: str, cutoff: str | None, *, as_json: bool) -> None:
    """Settle the uses of a period (YYYY-MM) and draw its statements. Safe to run again."""
    settings = read_settings()
    tools = make_tools(settings)
    with sessions_of(settings) as sessions:
        _open(sessions, label, _cutoff(cutoff) if cutoff else None)
        with progress("Papers drawn") as tell:
            numbers, failed = close(sessions, tools, label, ACTOR, now(), tell)
    answer(
        {"period": label, "statements": [*numbers], "drawings_failed": failed},
        [*numbers, f"{len(numbers)} statements. Another person approves them."],
        as_json=as_json,
    )
    if failed:
        stop(f"{failed} papers could not be drawn: see the log, then close {label} again.")


def _open(sessions: Sessions, label: str, cutoff: datetime | None) -> None:
    """Name the period, unless it exists and no other cut-off is asked for."""
    with sessions() as session, session.begin():
        if cutoff is None and period(session, label) is not None:
            return
        open_period(session, label, cutoff or end_of_month(label), now())


def end_of_month(label: str) -> datetime:
    """The first instant of the month after, in Paris."""
    if not LABEL.fullmatch(label):
        raise BadSettings(f"{label} is not a month: say YYYY-MM, or give --cutoff.")
    year, month = map(int, label.split("-"))
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=PARIS)


def _cutoff(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadSettings(f"{text} is not a moment: say 2026-12-01T00:00:00+01:00.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=PARIS)


@click.command("check-books")
@as_json
def check(*, as_json: bool) -> None:
    """Check every invariant of the books; names those that do not hold, and exits with status 1."""
    with reading(read_settings()) as session:
        problems = check_books(session)
    _report(problems, as_json=as_json)


def _report(problems: list[Problem], *, as_json: bool) -> None:
    answer(
        {"problems": _facts(problems)},
        "The books are NOT in order." if problems else "The books are in order.",
        as_json=as_json,
    )
    if problems:
        stop("\n".join(f"{problem.invariant}: {problem.detail}" for problem in problems))


def _facts(problems: list[Problem]) -> list[Json]:
    return [{"invariant": problem.invariant, "detail": problem.detail} for problem in problems]


@click.command()
@as_json
def seal(*, as_json: bool) -> None:
    """Seal what was written to the ledger, and to the books of fees, since the last seal."""
    with sessions_of(read_settings()) as sessions:
        sealed, of_fees = _seal_all(sessions, SCHEME), _seal_all(sessions, FEES)
    sentences = [f"Seal {number}: {hash_}" for number, hash_ in sealed]
    sentences += [f"Seal {number} of fees: {hash_}" for number, hash_ in of_fees]
    answer(
        {"seals": _listed(sealed), "fee_seals": _listed(of_fees)},
        sentences or "Everything was sealed already.",
        as_json=as_json,
    )


def _listed(sealed: list[tuple[int, str]]) -> list[Json]:
    return [{"number": number, "hash": hash_} for number, hash_ in sealed]


def _seal_all(sessions: Sessions, chain: Chain) -> list[tuple[int, str]]:
    sealed: list[tuple[int, str]] = []
    while True:
        with sessions() as session, session.begin():
            # A scheme that was ceded is sealed for ever; fees are still paid to who had it.
            ended = chain is SCHEME and ceded_to(session) is not None
            link = None if ended else seal_once(session, now(), chain)
        if link is None:
            return sealed
        sealed.append((link.number, link.hash))


@click.command()
@as_json
def tick(*, as_json: bool) -> None:
    """The nightly round: what is due, seal, draw, send mails, forget what ended, check books."""
    settings = read_settings()
    with sessions_of(settings) as sessions:
        ended, alerts = _what_is_due(sessions)
        sealed, of_fees = _seal_all(sessions, SCHEME), _seal_all(sessions, FEES)
        drawn, undrawn = draw_missing(sessions, settings.base_url, now())
        mails = carry(sessions, settings)
        compared = compare_with_stripe(sessions, settings)
        forgotten = _forget(sessions, settings)
        with sessions() as session, session.begin():
            sums.fill(session, now())
    with reading(settings) as session:
        problems = check_books(session)
    answer(
        {
            "contests_ended": ended,
            "alerts": alerts,
            "seals": len(sealed),
            "fee_seals": len(of_fees),
            "papers": {"drawn": drawn, "failed": undrawn},
            "mails": mails.sent,
            "stripe": compared.facts(),
            "forgotten": {**forgotten},
            "problems": _facts(problems),
        },
        [
            f"{ended} contests ended, {alerts} alerts given.",
            f"{len(sealed) + len(of_fees)} new seals, {mails.sent} mails sent.",
            f"{drawn} papers drawn, {undrawn} failed.",
            *compared.sentences(),
            *(f"{count} {what} forgotten." for what, count in forgotten.items()),
            "The books are in order." if not problems else "The books are NOT in order.",
        ],
        as_json=as_json,
    )
    if problems:
        stop("\n".join(f"{problem.invariant}: {problem.detail}" for problem in problems))


def _what_is_due(sessions: Sessions) -> tuple[int, int]:
    """Contests that nobody can appeal any more, alerts, and the books of a month that ended."""
    moment = now()
    with sessions() as session, session.begin():
        if ceded_to(session) is not None:
            return 0, 0  # due at the successor's
        keep_past_months(session, moment)
        return len(conclude_all(session, moment)), tell_alerts(session, moment)


def _forget(sessions: Sessions, settings: Settings) -> dict[str, int]:
    """Forget what has ended. Files go last: a name without a file is harmless, not the reverse."""
    moment = now()
    with sessions() as session, session.begin():
        files = upkeep.forget_prints(session, moment)
        pairings = upkeep.forget_pairings(session, moment)
        answers = upkeep.forget_answers(session, moment)
        tries = upkeep.forget_tries(session, moment)
        addresses = upkeep.forget_mails(session, moment)
        places = upkeep.forget_places_files(session, moment)
        of_books = books_files.forget(session, moment)
        words = upkeep.forget_words(session, moment)
        forms = account_upkeep.forget_forms(session, moment)
        unsent = kept_forms.forget_old(session, moment)
        sittings = account_upkeep.forget_sittings(session, moment)
        people = account_upkeep.forget_people(session, moment)
    for name in files:
        (settings.prints / name).unlink(missing_ok=True)
    for stray in settings.prints.glob(".*.part"):
        if stray.stat().st_mtime < (moment - STRAY_AFTER).timestamp():
            stray.unlink(missing_ok=True)
    return {
        "prints": len(files),
        "pairing codes": pairings,
        "idempotency keys": answers,
        "counted tries": tries,
        "addresses of mails": addresses,
        "files of places": places,
        "files of the books": of_books,
        **words,
        "forms": forms,
        "forms not sent": unsent,
        "sittings": sittings,
        "people": people,
    }
