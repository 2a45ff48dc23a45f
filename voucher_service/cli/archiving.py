"""The command of the archive: documents as files that anybody can check, kept for ten years.

What differs from what was archived before is named and exits with status 1.
"""

from pathlib import Path

import click

from voucher_service.cli.console import answer, as_json, stop
from voucher_service.cli.home import now, reading, refuse_to_overwrite
from voucher_service.cli.verifying import keys_in
from voucher_service.config import BadSettings, read_settings
from voucher_service.jobs import archiving
from voucher_service.jobs.tools import make_tools

ANY = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.option("--out", type=ANY, help="A folder to add to, or a new FILE.tar.")
@click.option("--check", "checked", type=ANY, help="Or: an archive to check, without a database.")
@click.option("--keys", type=FILE, help="Public keys that may have signed it: JWKS or trust list.")
@as_json
def archive(out: Path | None, checked: Path | None, keys: Path | None, *, as_json: bool) -> None:
    """Keep every frozen document, bank file and sealed movement as files with their hashes."""
    if (out is None) == (checked is None):
        raise BadSettings("Say --out FOLDER or --out FILE.tar; or --check, and either of them.")
    if checked is not None:
        _check(checked, keys, as_json=as_json)
    elif out is not None and out.suffix == ".tar":
        _one_file(out, as_json=as_json)
    elif out is not None:
        _folder(out, as_json=as_json)


def _folder(folder: Path, *, as_json: bool) -> None:
    settings = read_settings()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with reading(settings) as session:
        done = archiving.add_to_folder(session, make_tools(settings), folder, now())
    answer(
        {"added": len(done.added), "there": done.there, "differ": [*done.differ]},
        f"{folder}: {len(done.added)} files added, {done.there} were there.",
        as_json=as_json,
    )
    if done.differ:
        names = "\n".join(done.differ)
        stop(f"The database holds other bytes than the archive; one was altered:\n{names}")


def _one_file(file: Path, *, as_json: bool) -> None:
    refuse_to_overwrite(file, force=False)
    settings = read_settings()
    with reading(settings) as session:
        count = archiving.write_file(session, make_tools(settings), file, now())
    answer({"added": count}, f"{file}: {count} files.", as_json=as_json)


def _check(path: Path, keys: Path | None, *, as_json: bool) -> None:
    if not path.exists():
        raise BadSettings(f"There is no {path}.")
    faults, signers = archiving.check(path)
    if keys is not None:
        faults += [
            f"signed by key {kid}, which is not among these" for kid in signers - {*keys_in(keys)}
        ]
    answer(
        {"faults": [*faults], "signed_by": sorted(signers)},
        [] if faults else f"{path} is whole and as it was signed by {', '.join(sorted(signers))}.",
        as_json=as_json,
    )
    if faults:
        stop("\n".join(faults))
