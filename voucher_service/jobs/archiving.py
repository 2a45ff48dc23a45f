"""The ten-year archive: frozen documents as files, in a folder that only grows, or in one file.

A file that is there is never written again: if the database now holds other bytes under its name,
one of the two was altered, and that is said. Each time, what was added is listed in a signed
manifest that names the one before.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path

from voucher_service.actions.trusting import PASS, STATEMENT
from voucher_service.config import BadSettings
from voucher_service.core.canonical import Json, canonical, sha256_hex
from voucher_service.core.parcel import (
    MANIFEST,
    SIGNATURE,
    SUMS,
    BadParcel,
    Member,
    Signed,
    manifest,
    members_of,
    open_manifest,
    signature,
    sums,
)
from voucher_service.core.signing import listed
from voucher_service.core.statements import local
from voucher_service.jobs.files import whole_file
from voucher_service.jobs.parcels import Parcel, ParcelWriter
from voucher_service.jobs.tools import Tools
from voucher_service.resources import shipped
from voucher_service.store import settlements, trust
from voucher_service.store.frozen import Frozen, frozen, sealed_ledgers
from voucher_service.store.session import Session

FORMAT = "pass-numerique-archive/1"
README, KEYS, RUNS = "README.txt", "keys.json", "runs"
LINE = re.compile(r"([0-9a-f]{64})  (\S+)")


@dataclass
class Archived:
    """What one run did: files added, files that were there, files that differ."""

    run: int
    added: list[Member] = field(default_factory=list)
    there: int = 0
    differ: list[str] = field(default_factory=list)


def everything(session: Session) -> Iterator[Frozen]:
    """All that the archive holds, besides what says so."""
    yield from chain(frozen(session), sealed_ledgers(session))


def add_to_folder(session: Session, tools: Tools, folder: Path, now: datetime) -> Archived:
    """Add to a folder what it does not hold yet; raises ``BadSettings`` for a broken folder."""
    known = read_sums(folder)
    done = Archived(_last_run(known) + 1)
    for file in everything(session):
        digest = known.get(file.name)
        if digest is None:
            _write(folder / file.name, file.content)
            done.added.append(Member(file.name, len(file.content), sha256_hex(file.content)))
        elif digest == sha256_hex(file.content):
            done.there += 1
        else:
            done.differ.append(file.name)
    if done.added:
        _close_run(session, tools, folder, known, done, now)
    return done


def read_sums(folder: Path) -> dict[str, str]:
    """The hash of each file that a folder says it holds; nothing for a new folder."""
    if not (folder / SUMS).exists():
        return {}
    lines = (folder / SUMS).read_text("utf-8").splitlines()
    found = [LINE.fullmatch(line) for line in lines]
    if not all(found):
        raise BadSettings(f"{folder / SUMS} is damaged: no line of it may be changed.")
    return {match[2]: match[1] for match in found if match}


def _last_run(known: dict[str, str]) -> int:
    runs = [int(name.split("/")[1]) for name in known if name.startswith(f"{RUNS}/")]
    return max(runs, default=0)


def _close_run(
    session: Session,
    tools: Tools,
    folder: Path,
    known: dict[str, str],
    done: Archived,
    now: datetime,
) -> None:
    """Say what was added: keys, a signed manifest that names the one before, and all the sums."""
    before, here = _run(done.run - 1), _run(done.run)
    extra = {f"{here}/{KEYS}": _keys(session)}
    if README not in known:
        extra[README] = (shipped("templates") / "archives" / "documents.txt").read_bytes()
    for name, content in extra.items():
        _write(folder / name, content)
        done.added.append(Member(name, len(content), sha256_hex(content)))
    facts = _facts(session, tools, now) | {
        "run": done.run,
        "previous": known.get(f"{before}/{MANIFEST}"),
    }
    content = manifest(facts, done.added)
    proofs = {MANIFEST: content, SIGNATURE: signature(content, tools.statement_key)}
    for name, proof in proofs.items():
        _write(folder / here / name, proof)
        done.added.append(Member(f"{here}/{name}", len(proof), sha256_hex(proof)))
    whole = [Member(name, 0, digest) for name, digest in known.items()] + done.added
    _write(folder / SUMS, sums(sorted(whole, key=lambda member: member.name)))


def _run(number: int) -> str:
    return f"{RUNS}/{number:06d}"


def _facts(session: Session, tools: Tools, now: datetime) -> dict[str, Json]:
    seal, settings = settlements.head_seal(session), tools.settings
    return {
        "format": FORMAT,
        "made_at": local(now),
        "operator": {"name": settings.issuer_name, "siret": settings.issuer_siret or None},
        "seal": {"no": seal[0], "hash": seal[1]} if seal else None,
    }


def _keys(session: Session) -> bytes:
    known = [key for name in (PASS, STATEMENT) for key in trust.keys(session, name)]
    return canonical({"keys": [listed(key) for key in known]})


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        file.write(content)


def write_file(session: Session, tools: Tools, path: Path, now: datetime) -> int:
    """Everything in one signed file; how many documents and other files."""
    with whole_file(path) as target:
        parcel = ParcelWriter(target)
        parcel.add(README, (shipped("templates") / "archives" / "documents.txt").read_bytes())
        for file in everything(session):
            parcel.add(file.name, file.content)
        parcel.add(KEYS, _keys(session))
        parcel.finish(_facts(session, tools, now), tools.statement_key)
    return len(parcel.members)


def check(path: Path) -> tuple[list[str], set[str]]:
    """What is wrong with an archive, file by file, and the ids of the keys that signed it."""
    if path.is_dir():
        return _check_folder(path)
    try:
        return [], {Parcel(path).signed.kid}
    except BadParcel as error:
        return [str(error)], set()


def _check_folder(folder: Path) -> tuple[list[str], set[str]]:
    known = read_sums(folder)
    if not known:
        raise BadSettings(f"{folder} is no archive: it has no {SUMS}.")
    faults = [fault for name, digest in known.items() for fault in _file(folder, name, digest)]
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    faults += [f"{name}: no list names it" for name in sorted(there - known.keys() - {SUMS})]
    signers: set[str] = set()
    named: dict[str, str] = {}
    previous = None
    for number in range(1, _last_run(known) + 1):
        try:
            signed = _signed(folder, number)
        except (BadParcel, OSError) as error:
            faults.append(f"{_run(number)}: {error}")
            break
        if signed.facts.get("previous") != previous:
            faults.append(f"{_run(number)}/{MANIFEST}: it does not follow the one before")
        previous = signed.sha256
        signers.add(signed.kid)
        named |= {member.name: member.sha256 for member in members_of(signed.facts)}
    proofs = {name for name in known if name.startswith(RUNS) and not name.endswith(KEYS)}
    faults += [
        f"{name}: the sums and the signed manifests differ"
        for name in sorted(known.keys() - proofs | named.keys())
        if known.get(name) != named.get(name)
    ]
    return faults, signers


def _signed(folder: Path, number: int) -> Signed:
    place = folder / _run(number)
    return open_manifest((place / MANIFEST).read_bytes(), (place / SIGNATURE).read_bytes())


def _file(folder: Path, name: str, digest: str) -> Iterator[str]:
    path = folder / name
    if not path.is_file():
        yield f"{name}: it is missing"
        return
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            yield f"{name}: it was altered"
