"""Commands about pass-signing keys.

The private half is written here, encrypted, and goes nowhere else; the trust list holds public
halves only.
"""

import json
from datetime import datetime, time, timedelta
from pathlib import Path

import click

from voucher_service.actions.trusting import PASS, STATEMENT, add_key, change_key
from voucher_service.cli.console import answer, as_json
from voucher_service.cli.home import now, passphrase, reading, refuse_to_overwrite, writing
from voucher_service.config import BadSettings, read_settings
from voucher_service.core.campaign import PARIS, add_months, paris_day
from voucher_service.core.signing import KeyStatus, PublicKey, generate, listed, period_of, to_jwk
from voucher_service.jobs.files import whole_file
from voucher_service.secret_files import write_pass_key
from voucher_service.store import trust
from voucher_service.store.session import Session

KEY_LASTS_MONTHS = 24
"""How long a new key may sign, unless told otherwise."""

KEYS_A_YEAR = 99

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def keys() -> None:
    """Keys that sign passes."""


@keys.command()
@click.option("--kid", help="Four hexadecimal digits; by default the next free one of this year.")
@click.option("--from", "from_day", type=DAY, help="First day it may sign (default: now).")
@click.option("--until", "until_day", type=DAY, help="Last day it may sign (default: 2 years).")
@as_json
def new(
    kid: str | None, from_day: datetime | None, until_day: datetime | None, *, as_json: bool
) -> None:
    """Make a key: its private half encrypted in this home, its public half in the trust list."""
    settings, moment = read_settings(), now()
    starts = _midnight(from_day) if from_day else moment
    ends = _midnight(until_day or _in_two_years(moment)) + timedelta(days=1, seconds=-1)
    with writing(settings) as session:
        name = _checked_kid(kid) if kid else _next_kid(session, moment)
        key = generate(bytes.fromhex(name))
        public = PublicKey(key.kid, "Ed25519", key.public, starts, ends, KeyStatus.ACTIVE)
        add_key(session, public, PASS)
        path = write_pass_key(settings, key, passphrase(settings, new=True))
    answer(
        {"kid": name, "file": str(path)} | period_of(public),
        f"Key {name} may sign from {starts:%Y-%m-%d} to {ends:%Y-%m-%d}. Its private half is in"
        f" {path}, encrypted: keep a copy of that file and of its passphrase apart.",
        as_json=as_json,
    )


def _in_two_years(moment: datetime) -> datetime:
    return datetime.combine(add_months(paris_day(moment), KEY_LASTS_MONTHS), time.min)


def _midnight(day: datetime) -> datetime:
    return day.replace(tzinfo=PARIS)


def _checked_kid(kid: str) -> str:
    if len(kid) != 4 or not set(kid) <= set("0123456789abcdef"):  # noqa: PLR2004 - 2 bytes in hex
        raise BadSettings(f"{kid} is not a key id: give four digits 0-9 a-f, such as 2601.")
    return kid


def _next_kid(session: Session, moment: datetime) -> str:
    """The year and a number within it: 2601, then 2602."""
    used = {key.kid.hex() for key in trust.keys(session, PASS)}
    year = f"{paris_day(moment).year % 100:02d}"
    for number in range(1, KEYS_A_YEAR + 1):
        if f"{year}{number:02d}" not in used:
            return f"{year}{number:02d}"
    raise BadSettings("Every key id of this year is used: choose one with --kid.")


@keys.command("list")
@as_json
def list_keys(*, as_json: bool) -> None:
    """The trust list."""
    settings = read_settings()
    with reading(settings) as session:
        known = [(PASS, key) for key in trust.keys(session, PASS)]
        known += [(STATEMENT, key) for key in trust.keys(session, STATEMENT)]
    lines = [
        f"{key.kid.hex()}  {purpose:9}  {key.status.value:7}  {key.alg}"
        f"  {key.not_before:%Y-%m-%d} – {key.not_after:%Y-%m-%d}"
        for purpose, key in known
    ]
    facts = [listed(key) | {"purpose": purpose} for purpose, key in known]
    answer(facts, lines or "No key yet: `voucher-service keys new`.", as_json=as_json)


@keys.command()
@click.argument("kid")
def retire(kid: str) -> None:
    """A key signs nothing new; what it signed stays good."""
    _change(kid, KeyStatus.RETIRED)
    click.echo(f"Key {kid} is retired: it signs nothing new, its passes stay good.")


@keys.command()
@click.argument("kid")
@click.confirmation_option("--yes", prompt="Phones will refuse its passes without network. Sure?")
def revoke(kid: str) -> None:
    """A key was stolen: without network nothing it signed is believed."""
    _change(kid, KeyStatus.REVOKED)
    click.echo(f"Key {kid} is revoked: only what the register knows of its passes is believed.")


def _change(kid: str, to: KeyStatus) -> None:
    with writing(read_settings()) as session:
        change_key(session, kid, to)


@keys.command()
@click.option("--format", "form", type=click.Choice(["trust-list", "jwks"]), default="trust-list")
@click.option("--purpose", type=click.Choice([PASS, STATEMENT]), help="Only these (default: both).")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A new file.")
def export(form: str, purpose: str | None, out: Path | None) -> None:
    """Public keys for whoever verifies: as a trust list, or as JWKS (RFC 7517)."""
    if out is not None:
        refuse_to_overwrite(out, force=False)
    with reading(read_settings()) as session:
        known = [
            key
            for name in (PASS, STATEMENT)
            if purpose in {None, name}
            for key in trust.keys(session, name)
        ]
    written = [to_jwk(key) if form == "jwks" else listed(key) for key in known]
    text = json.dumps({"keys": written}, indent=2)
    if out is None:
        click.echo(text)
        return
    with whole_file(out) as file:
        file.write(text.encode() + b"\n")
    click.echo(f"{len(written)} public keys in {out}.")
