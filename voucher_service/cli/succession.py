"""Commands of a succession: a scheme written as one signed file, and taken over by an empty house.

Rehearse as often as you like: only ``--cede-to`` ends this house, and it cannot be taken back.
"""

import sys
from pathlib import Path

import click

from voucher_service.actions import succeeding
from voucher_service.actions.succeeding import House
from voucher_service.cli.console import answer, as_json, progress
from voucher_service.cli.home import (
    ACTOR,
    SHORTEST_PASSPHRASE,
    now,
    refuse_to_overwrite,
    sessions_of,
)
from voucher_service.cli.verifying import keys_in
from voucher_service.config import BadSettings, read_settings
from voucher_service.core.canonical import Json
from voucher_service.core.parcel import BadParcel
from voucher_service.jobs.files import whole_file
from voucher_service.jobs.parcels import Parcel
from voucher_service.jobs.succession import (
    TakenOver,
    has_typed_codes,
    open_scheme,
    read_scheme,
    typed_code_key,
    write_scheme,
)
from voucher_service.jobs.tools import make_tools
from voucher_service.store.copies import as_one
from voucher_service.store.session import Session

FILE = click.Path(path_type=Path, dir_okay=False)
OLD_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command("export-scheme")
@click.argument("file", type=FILE)
@click.option("--passphrase-file", type=OLD_FILE, help="Locks the key of typed codes, to go along.")
@click.option("--cede-to", "to", help="Who takes over: this house takes nothing any more.")
@click.option("--siret", help="Of who takes over.")
@click.option("--yes", is_flag=True, help="Do not ask whether to cede.")
@click.option("--force", is_flag=True, help="Overwrite a file that exists.")
@as_json
def export_scheme(
    file: Path,
    passphrase_file: Path | None,
    to: str | None,
    siret: str | None,
    *,
    yes: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Write the whole scheme as one signed file, for an operator who takes over.

    Without --cede-to it is a rehearsal, and this house goes on.
    """
    refuse_to_overwrite(file, force=force)
    passphrase = _passphrase(passphrase_file) if passphrase_file else None
    if to and not yes:
        click.confirm(f"This house will take nothing any more. Cede it to {to}?", abort=True)
    settings, house = read_settings(), House(to, siret) if to else None
    tools = make_tools(settings)
    with sessions_of(settings) as sessions, sessions() as session, whole_file(file) as target:
        as_one(session, writing=house is not None)
        if house is not None:
            succeeding.cede(session, house, ACTOR, now())
        with progress("Tables written") as tell:
            digest = write_scheme(session, tools, target, passphrase, now(), tell)
        facts = succeeding.totals(session)
        problems = succeeding.problems(session)
        session.commit()
    _tell_written(file, digest, tools.statement_key.kid, facts, problems, as_json=as_json)
    if passphrase is None:
        click.echo(
            "Typed codes stay behind: give --passphrase-file to let them go along.", err=True
        )


def _tell_written(
    file: Path,
    digest: str,
    kid: str,
    facts: dict[str, Json],
    problems: list[Json],
    *,
    as_json: bool,
) -> None:
    answer(
        {"file": str(file), "manifest_sha256": digest, "kid": kid, "problems": problems} | facts,
        [
            f"{file}: {file.stat().st_size} bytes, manifest {digest}, signed by key {kid}.",
            "Tell both to who takes over by another way than the file.",
            f"{len(problems)} known faults of the books go along."
            if problems
            else "Books in order.",
        ],
        as_json=as_json,
    )


def _passphrase(file: Path) -> bytes:
    given = file.read_bytes().strip()
    if len(given) < SHORTEST_PASSPHRASE:
        raise BadSettings(f"Choose a passphrase of {SHORTEST_PASSPHRASE} signs or more.")
    return given


@click.command("import-scheme")
@click.argument("file", type=OLD_FILE)
@click.option("--keys", type=OLD_FILE, help="Public keys of who hands over: JWKS or a trust list.")
@click.option("--passphrase-file", type=OLD_FILE, help="Opens the key of typed codes.")
@click.option("--without-typed-codes", is_flag=True, help="Leave typed codes dead; QR codes work.")
@click.option("--accept-problems", is_flag=True, help="Take known faults of the books over too.")
@as_json
def import_scheme(
    file: Path,
    keys: Path | None,
    passphrase_file: Path | None,
    *,
    without_typed_codes: bool,
    accept_problems: bool,
    as_json: bool,
) -> None:
    """Take over a scheme that export-scheme wrote, in an empty house: all of it, or nothing."""
    settings = read_settings()
    try:
        parcel = open_scheme(file, keys_in(keys) if keys else None)
        _check_problems(parcel, accepted=accept_problems)
        wanted = has_typed_codes(parcel) and not without_typed_codes
        secret = typed_code_key(parcel, _asked(passphrase_file)) if wanted else None
        with sessions_of(settings) as sessions, sessions() as session:
            taken = _take(session, parcel, secret)
    except BadParcel as error:
        raise BadSettings(f"{file.name} was refused, nothing was written. {error}.") from error
    _tell_taken(taken, as_json=as_json)


def _take(session: Session, parcel: Parcel, secret: bytes | None) -> TakenOver:
    with progress("Files taken in") as tell:
        return read_scheme(session, read_settings(), parcel, secret, ACTOR, now(), tell)


def _check_problems(parcel: Parcel, *, accepted: bool) -> None:
    problems = parcel.signed.facts["problems"]
    if problems and not accepted:
        said = "; ".join(f"{one['invariant']}: {one['detail']}" for one in problems)  # type: ignore[index, call-overload, union-attr]
        raise BadSettings(
            f"The books of this scheme have faults that would be yours ({said})."
            " Say --accept-problems to take it over all the same."
        )


def _asked(file: Path | None) -> bytes:
    if file is not None:
        return file.read_bytes().strip()
    if sys.stdin.isatty():
        asked: str = click.prompt("Passphrase of the typed codes", hide_input=True, err=True)
        return asked.encode()
    raise BadSettings(
        "The key of typed codes is locked: name its passphrase's file with --passphrase-file,"
        " or say --without-typed-codes."
    )


def _tell_taken(taken: TakenOver, *, as_json: bool) -> None:
    totals = taken.facts["totals"]
    facts: dict[str, Json] = {
        "operator": taken.operator.name,
        "manifest_sha256": taken.sha256,
        "kid": taken.kid,
        "typed_codes": taken.typed_codes,
        "totals": totals,
        "problems": taken.facts["problems"],
    }
    answer(
        facts,
        [
            f"The scheme of {taken.operator.name} is yours. Every total is the same to the cent.",
            f"Manifest {taken.sha256}, signed by key {taken.kid}: compare both with what was told.",
            "Next: `keys new`, `token create`, phones to pair, the ring-fenced money to receive.",
        ],
        as_json=as_json,
    )
