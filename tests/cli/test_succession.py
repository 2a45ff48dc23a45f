"""A scheme passes from one operator to another, on either engine, whole to the cent, or not at all.

The first house played an autumn on one engine; the second is empty, on the other engine, with keys
of its own.
"""

import io
import json
import os
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.cli.conftest import House
from tests.support import processes
from tests.support.autumn import Autumn
from tests.support.cast import MAILBOX, PASS_KEY, STATEMENT_KEY, Point, World
from tests.support.fees import invoiced
from tests.support.forging import forge
from voucher_service.actions import invoicing, redeeming, reporting, settling, trusting, undoing
from voucher_service.actions.reporting import Topic
from voucher_service.cli import main
from voucher_service.core.attestation import base64url, statement_key
from voucher_service.core.parcel import MANIFEST, SIGNATURE
from voucher_service.core.passes import Accepted, Refused
from voucher_service.core.reasons import Reason
from voucher_service.core.signing import KeyStatus, Opened
from voucher_service.core.typed_codes import TypedCodes
from voucher_service.jobs import parcels
from voucher_service.jobs.parcels import Parcel, ParcelWriter
from voucher_service.secret_files import STATEMENT, TYPED_CODE
from voucher_service.store import scheme_archive, tables
from voucher_service.store.engine import make_engine

PROGRAM = Path(sys.executable).with_name("voucher-service")
EARLIER = datetime.now(UTC) - timedelta(hours=1)
KEPT_TO_ITSELF = "a passphrase for typed codes"


@dataclass
class Operator:
    """Another house: its own home, database, environment and world."""

    home: Path
    url: str
    _worlds: list[World] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "VOUCHER_HOME": str(self.home),
            "VOUCHER_DATABASE_URL": self.url,
            "VOUCHER_ENV": "test",
            "VOUCHER_ISSUER_NAME": "Seconde Maison",
            "VOUCHER_PASSPHRASE_FILE": str(self.home / "passphrase"),
        }

    def run(self, *arguments: object) -> Result:
        for world in self._worlds:
            world.session.commit()
        said = [str(argument) for argument in arguments]
        result = CliRunner().invoke(main, said, env=self.environment)
        structlog.reset_defaults()
        return result

    def facts(self, *arguments: object) -> Any:
        result = self.run(*arguments, "--json")
        assert (result.exit_code, result.exception) == (0, None), result.output
        return json.loads(result.stdout)

    def refused(self, *arguments: object) -> str:
        result = self.run(*arguments)
        assert result.exit_code == 2, result.output
        return result.stderr.strip()

    def process(self, *arguments: object) -> str:
        """A command as a process of its own."""
        command = [str(PROGRAM), *map(str, arguments)]
        env = {**os.environ, **self.environment}
        return processes.run(command, cwd=self.home, env=env)

    def world(self) -> World:
        """What is in its database now."""
        if not self._worlds:
            engine = make_engine(self.url)
            self._worlds.append(World(engine, Session(engine), datetime.now(UTC)))
        return self._worlds[0]

    def close(self) -> None:
        for world in self._worlds:
            world.session.close()
            world.close_book()
            world.engine.dispose()


def settle_in(folder: Path, url: str) -> Operator:
    folder.mkdir()
    (folder / "passphrase").write_text("another passphrase", encoding="utf-8")
    operator = Operator(folder, url)
    result = operator.run("init")
    assert result.exit_code == 0, result.output
    return operator


@pytest.fixture
def second(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Operator]:
    """An empty house on the engine that the first is not on."""
    first: House = request.getfixturevalue("pilot" if "pilot" in request.fixturenames else "house")
    other = "postgres_url" if first.world.engine.dialect.name == "sqlite" else "sqlite_url"
    url: str = request.getfixturevalue(other)
    operator = settle_in(tmp_path_factory.mktemp("second") / "home", url)
    yield operator
    operator.close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """The file of the passphrase that locks typed codes."""
    file = tmp_path / "typed-passphrase"
    file.write_text(KEPT_TO_ITSELF + "\n", encoding="utf-8")
    return file


@pytest.fixture
def autumn(house: House) -> Autumn:
    """The first house's autumn, on both engines."""
    return played(house)


@pytest.fixture
def pilot(sqlite_house: House) -> House:
    """The same on SQLite only, for what has nothing to do with the database."""
    played(sqlite_house)
    return sqlite_house


def played(house: House) -> Autumn:
    """A settled period, uses since, an undo, a refusal; a statement approved."""
    world = house.world
    autumn = Autumn(world, fee_bp=150)
    autumn.spend(autumn.ping, 5)
    autumn.spend(autumn.alis44, 3)
    site, device = autumn.ping.site, autumn.ping.device
    undoing.undo(world.session, site, device, "scan-00000001", "Erreur", world.now)
    world.session.commit()
    spent = world.codes("00000006")[-2]
    assert isinstance(world.redeem(autumn.alis44, spent), Refused)
    numbers = house.facts("close-period", "autumn", "--cutoff", EARLIER.isoformat())["statements"]
    settling.approve_statement(world.session, numbers[0], "token:2", datetime.now(UTC))
    world.session.commit()
    house.done("seal")
    world.now = datetime.now(UTC) - timedelta(minutes=50)
    autumn.spend(autumn.ping, 2)
    return autumn


def ceded(house: House, to: Path, *options: object) -> Any:
    return house.facts("export-scheme", to, *options)


def phone_of(operator: Operator, like: Point) -> Point:
    """A phone paired again, at the same site."""
    return operator.world().phone(like.association, like.site, "Nouveau téléphone")


def spend(operator: Operator, phone: Point, code: str) -> object:
    """A scan at a house, with its own keys."""
    world = operator.world()
    typed = bytes.fromhex((operator.home / "secrets" / TYPED_CODE).read_text("ascii"))
    counter = redeeming.Counter(
        world.counter.book, trusting.pass_keyring(world.session), TypedCodes(typed)
    )
    world.session.commit()
    return redeeming.redeem(counter, world.scan(phone, code, service=MAILBOX))


def test_a_pass_of_the_first_is_spent_at_the_second_and_all_goes_on(
    house: House, autumn: Autumn, second: Operator, secret: Path, tmp_path: Path
):
    file = tmp_path / "scheme.tar"
    live = autumn.codes.pop()
    typed = house.world.printed("00000001")[0].typed
    env = {**os.environ}
    house.world.session.commit()
    said = processes.run(
        [PROGRAM, "export-scheme", file, "--cede-to", "Seconde Maison", "--yes",
         "--passphrase-file", secret, "--json"],
        cwd=tmp_path, env=env,
    )  # fmt: skip
    written = json.loads(said)
    taken = json.loads(second.process("import-scheme", file, "--passphrase-file", secret, "--json"))
    # Every total is the same to the cent.
    assert taken["totals"] == {name: written[name] for name in taken["totals"]}
    assert taken["totals"]["rows"]["booklet"] == 6
    assert (taken["totals"]["live_uses"], taken["totals"]["live_use_cents"]) == (9, 9_000)
    assert taken["manifest_sha256"] == written["manifest_sha256"]
    assert taken["problems"] == []
    assert second.facts("check-books")["problems"] == []
    assert second.facts("audit")["clean"]

    # A pass that the first printed is spent once; one that was spent stays spent.
    world = second.world()
    phone = phone_of(second, autumn.ping)
    assert isinstance(spend(second, phone, live), Accepted)
    again = spend(second, phone, live)
    assert isinstance(again, Refused)
    assert again.reason is Reason.ALREADY_REDEEMED_HERE
    assert isinstance(spend(second, phone, typed), Accepted)  # by its typed code too

    # New passes are under the second's own key, and their serials go on.
    assert second.facts("keys", "new")["kid"] != PASS_KEY.kid.hex()
    order = world.order(autumn.campaign, 1)
    world.fund(order)
    assert second.facts("issue", order)["first_serial"] == "00000007"
    second.facts("check-books")
    codes = second.home / "codes.ndjson"
    assert second.run("print", order, "--codes", codes).exit_code == 0
    new = json.loads(codes.read_text("utf-8").splitlines()[0])
    opened = trusting.pass_keyring(world.session).open(new["code"])
    assert isinstance(opened, Opened)
    assert opened.key.kid != PASS_KEY.kid
    keys = {key.kid: key.status for key in world.session.scalars(select(tables.SigningKey))}
    assert keys[PASS_KEY.kid.hex()] == keys[STATEMENT_KEY.kid] == KeyStatus.RETIRED.value

    # The next statement has the next number and the second's signature; the seals chain on.
    world.session.commit()
    facts = second.facts("close-period", "after", "--cutoff", "2020-01-01T00:00:00+01:00")
    assert facts["statements"] == []
    world.later(minutes=-50)
    own = statement_key(bytes.fromhex((second.home / "secrets" / STATEMENT).read_text("ascii")))
    cutoff = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    numbers = second.facts("close-period", "next", "--cutoff", cutoff)["statements"]
    statement = world.session.get_one(tables.Statement, numbers[0])
    assert (statement.number, statement.kid) == (f"RA-{datetime.now(UTC).year}-000003", own.kid)
    seals = second.facts("seal")["seals"]
    assert [seal["number"] for seal in seals] or numbers
    assert second.facts("audit")["clean"]


def test_the_house_that_cedes_takes_nothing_any_more(
    house: House, autumn: Autumn, tmp_path: Path, secret: Path
):
    code = autumn.codes.pop()
    rehearsal = ceded(house, tmp_path / "rehearsal.tar")
    assert isinstance(house.world.redeem(autumn.ping, code), Accepted)  # a rehearsal ends nothing
    invoice = invoiced(house.world)
    last = ceded(house, tmp_path / "scheme.tar", "--cede-to", "Seconde Maison", "--yes")
    assert last["live_uses"] == rehearsal["live_uses"] + 1
    with pytest.raises(Exception, match="device_revoked"):
        house.world.redeem(autumn.ping, autumn.codes.pop())
    assert "ceded" in house.refused("close-period", "later", "--cutoff", EARLIER.isoformat())
    assert "ceded" in house.refused("keys", "new")
    assert "ceded to Seconde Maison" in house.refused(
        "export-scheme", tmp_path / "other.tar", "--cede-to", "Troisième", "--yes"
    )
    # What it is owed for its own service is still paid to it, and sealed.
    today, world = datetime.now(UTC), house.world
    invoicing.record_payment(world.session, invoice, 5, today.date(), "VIR 1", today)
    world.session.commit()
    done = house.facts("tick")
    assert (done["seals"], done["fee_seals"]) == (0, 1)
    assert house.facts("audit")["clean"]
    # It can still be read, and written out again, the same but for its hour.
    again = ceded(house, tmp_path / "again.tar", "--passphrase-file", secret)
    assert again["balances_sha256"] == last["balances_sha256"]
    facts = Parcel(tmp_path / "again.tar").signed.facts
    assert facts["ceded_to"] == {"name": "Seconde Maison", "siret": None}


def tables_in(file: Path) -> dict[str, str]:
    """The hash of each file of data."""
    members = Parcel(file).members
    return {one.name: one.sha256 for one in members if one.name.startswith("tables/")}


CHANGED = {"device", "signing_key", "succession"}
"""Tables that a succession changes: phones and keys end, and it is remembered."""


@pytest.mark.usefixtures("autumn")
def test_there_and_back_again_every_row_is_the_same(
    house: House, second: Operator, tmp_path: Path, request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    monkeypatch.setattr(scheme_archive, "CHUNK_BYTES", 4_000)  # as if it were large
    out, back = tmp_path / "out.tar", tmp_path / "back.tar"
    ceded(house, out)
    assert "tables/transfer/000002.ndjson" in tables_in(out)
    second.facts("import-scheme", out)
    second.facts("export-scheme", back)
    before, after = tables_in(out), tables_in(back)
    for name in before.keys() | after.keys():
        if name.split("/")[1] not in CHANGED:
            assert before.get(name) == after.get(name), name
    # And a third house, on the first one's engine, has them too.
    on_sqlite = house.world.engine.dialect.name == "sqlite"
    copies = request.getfixturevalue("sqlite_copies" if on_sqlite else "postgres_copies")
    with copies.fresh() as url:
        third = settle_in(tmp_path / "third", url)
        third.facts("import-scheme", back)
        assert third.facts("check-books")["problems"] == []
        third.close()


def test_no_key_token_or_passphrase_is_in_the_file(pilot: House, secret: Path, tmp_path: Path):
    file = tmp_path / "scheme.tar"
    ceded(pilot, file, "--passphrase-file", secret)
    content = file.read_bytes()
    session = pilot.world.session
    hidden = [KEPT_TO_ITSELF.encode(), b"a passphrase for tests"]
    for key in (STATEMENT_KEY.secret, bytes(range(32)), bytes(range(32, 64))):
        hidden += [key, key.hex().encode(), base64url(key).encode()]
    for row in session.scalars(select(tables.Device)):
        hidden += [row.token_hash, base64url(row.token_hash).encode()]
    assert [text for text in hidden if text in content] == []
    assert oct(file.stat().st_mode & 0o777) == "0o600"


def test_a_file_that_is_not_whole_and_true_is_refused_by_the_name_of_what_is_wrong(
    pilot: House, second: Operator, tmp_path: Path
):
    file, bad = tmp_path / "scheme.tar", tmp_path / "bad.tar"
    ceded(pilot, file)
    whole = file.read_bytes()
    place = whole.index(b'"cents":1000')
    bad.write_bytes(whole[: place + 8] + b"2" + whole[place + 9 :])
    said = second.refused("import-scheme", bad)
    assert "tables/" in said
    assert "nothing was written" in said
    bad.write_bytes(whole[:-600])
    assert "cut short" in second.refused("import-scheme", bad)
    bad.write_bytes(b"\0" * 1024)
    assert "no manifest" in second.refused("import-scheme", bad)
    for facts, why in (
        ({"format": "pass-numerique-scheme/2"}, "this program reads pass-numerique-scheme/1"),
        ({"schema": "0001"}, "another version of the program"),
    ):
        repacked(file, bad, facts)
        assert why in second.refused("import-scheme", bad)
    keys = tmp_path / "keys.json"
    keys.write_text('{"keys": []}', encoding="utf-8")
    assert "not by one of these keys" in second.refused("import-scheme", file, "--keys", keys)
    assert second.world().session.scalars(select(tables.Funder)).all() == []
    pilot.done("keys", "export", "--out", tmp_path / "published.json")
    second.facts("import-scheme", file, "--keys", tmp_path / "published.json")


def repacked(
    file: Path, target: Path, facts: dict[str, Any], changed: dict[str, bytes] | None = None
) -> None:
    """The same parcel with other facts or files, signed by the first operator all the same."""
    parcel = Parcel(file)
    with target.open("wb") as out:
        writer = ParcelWriter(out)
        for member in parcel.members[:-1]:
            writer.add(member.name, (changed or {}).get(member.name, parcel.read(member.name)))
        told = {name: value for name, value in parcel.signed.facts.items() if name != "files"}
        writer.finish({**told, **facts}, STATEMENT_KEY)


def test_an_operator_that_signs_other_totals_or_other_rows_is_caught_and_nothing_stays(
    pilot: House, second: Operator, tmp_path: Path
):
    file, bad = tmp_path / "scheme.tar", tmp_path / "bad.tar"
    ceded(pilot, file)
    parcel = Parcel(file)
    totals: Any = parcel.signed.facts["totals"]
    repacked(file, bad, {"totals": totals | {"transferred_cents": 1}})
    result = second.run("import-scheme", bad)
    assert result.exit_code == 1
    assert "totals" in result.stderr or "transferred_cents" in result.stderr
    name = "tables/transfer/000001.ndjson"
    lines = parcel.read(name).splitlines(keepends=True)
    for content, said in (
        (b"".join(lines[:-1]), "transfers"),
        (b"".join([lines[0].replace(b'"kind":"call"', b'"kind":"fee"'), *lines[1:]]), "books"),
    ):
        repacked(file, bad, {}, {name: content})
        result = second.run("import-scheme", bad)
        assert result.exit_code == 1
        assert said in result.stderr
    for content in (b"{}\n", b"no json\n", b'{"id": 1}\n'):
        repacked(file, bad, {}, {name: content})
        assert name in second.refused("import-scheme", bad)
    assert second.world().session.scalars(select(tables.Funder)).all() == []
    second.facts("import-scheme", file)


def test_typed_codes_come_only_with_their_passphrase(
    pilot: House, second: Operator, secret: Path, tmp_path: Path
):
    file = tmp_path / "scheme.tar"
    ceded(pilot, file, "--passphrase-file", secret)
    own = (second.home / "secrets" / TYPED_CODE).read_text("ascii")
    assert "--without-typed-codes" in second.refused("import-scheme", file)
    wrong = tmp_path / "wrong"
    wrong.write_text("not this one, really", encoding="utf-8")
    refused = second.refused("import-scheme", file, "--passphrase-file", wrong)
    assert "passphrase does not open" in refused
    assert (second.home / "secrets" / TYPED_CODE).read_text("ascii") == own
    facts = second.facts("import-scheme", file, "--without-typed-codes")
    assert not facts["typed_codes"]
    assert (second.home / "secrets" / TYPED_CODE).read_text("ascii") == own
    short = tmp_path / "short"
    short.write_text("short", encoding="utf-8")
    assert "signs" in pilot.refused("export-scheme", tmp_path / "x.tar", "--passphrase-file", short)


def test_the_nights_of_a_house_that_ceded_leave_the_scheme_alone(pilot: House, tmp_path: Path):
    """What is due or to be forgotten is its successor's now; its own books are still looked at."""
    world = pilot.world
    site = world.session.scalars(select(tables.Site.id)).first()
    assert site is not None
    long_ago = datetime.now(UTC) - timedelta(days=500)
    reporting.report(world.session, site, Topic.PHONE, "Demandez Mme Martin", long_ago)
    world.session.commit()
    ceded(pilot, tmp_path / "scheme.tar", "--cede-to", "Seconde Maison", "--yes")
    forgotten = pilot.facts("tick")["forgotten"]
    assert forgotten["words of reports"] == 0
    assert world.session.scalars(select(tables.SiteReport.words)).all() == ["Demandez Mme Martin"]


def test_only_an_empty_house_takes_a_scheme_over(pilot: House, second: Operator, tmp_path: Path):
    file = tmp_path / "scheme.tar"
    ceded(pilot, file)
    assert "exists" in pilot.refused("export-scheme", file)
    assert "not empty" in pilot.refused("import-scheme", file)
    assert second.facts("tick")["seals"] == 0  # counts nothing, and is in nobody's way
    second.facts("token", "create", "--role", "operator")
    second.facts("keys", "new", "--kid", PASS_KEY.kid.hex())
    assert "another key here" in second.refused("import-scheme", file)
    assert second.world().session.scalars(select(tables.Funder)).all() == []


def test_known_faults_of_the_books_go_along_and_are_said_before(
    pilot: House, second: Operator, tmp_path: Path
):
    forge(pilot.world, "UPDATE counter SET value = value + 1 WHERE series LIKE 'AF-%'")
    file = tmp_path / "scheme.tar"
    assert ceded(pilot, file)["problems"][0]["invariant"] == "series_have_no_hole"
    said = second.refused("import-scheme", file)
    assert "series_have_no_hole" in said
    assert "--accept-problems" in said
    facts = second.facts("import-scheme", file, "--accept-problems")
    assert [problem["invariant"] for problem in facts["problems"]] == ["series_have_no_hole"]


def test_a_commit_that_fails_leaves_the_old_key_of_typed_codes(
    pilot: House, second: Operator, secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "scheme.tar"
    ceded(pilot, file, "--passphrase-file", secret)
    own = (second.home / "secrets" / TYPED_CODE).read_text("ascii")

    def broken(_session: object) -> None:
        raise OSError(28, "No space left", "disk")

    with monkeypatch.context() as patched:
        patched.setattr("sqlalchemy.orm.Session.commit", broken)
        result = CliRunner().invoke(
            main,
            ["import-scheme", str(file), "--passphrase-file", str(secret)],
            env=second.environment,
        )
    assert result.exit_code == 2, result.output
    assert (second.home / "secrets" / TYPED_CODE).read_text("ascii") == own
    assert second.world().session.scalars(select(tables.Funder)).all() == []


def test_the_file_opens_without_us(pilot: House, tmp_path: Path):
    file = tmp_path / "scheme.tar"
    ceded(pilot, file)
    with tarfile.open(fileobj=io.BytesIO(file.read_bytes())) as tar:
        names = tar.getnames()
        assert names[0] == "README.txt"
        assert names[-3:] == ["SHA256SUMS", MANIFEST, SIGNATURE]
        balances = json.load(tar.extractfile("balances.json"))  # type: ignore[arg-type]
    bank = [one for one in balances if one["account"] == "bank_reserved"]
    assert [one["balance_cents"] for one in bank] == [-30_000]
    assert parcels.CHUNK == 1 << 20
