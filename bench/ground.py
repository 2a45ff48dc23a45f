"""What the measures stand on: a PostgreSQL that keeps its promises, booklets in people's hands."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine, text

from tests.support.cast import PASS_KEY, TYPED_CODES, Point
from tests.support.databases import migrate
from tests.support.postgres import PostgresServer, running
from tests.support.stage import ORIGIN, Stage, scan, set_up
from voucher_service.actions.printing import print_passes
from voucher_service.core.pass_text import to_url

PASSES = 10
"""Passes a booklet."""

HAND_OVER = text(
    "UPDATE booklet SET point_id = :point, handed_over_at = :now WHERE handed_over_at IS NULL"
)


@dataclass(slots=True)
class Ground:
    """A stage on its own server, and the next booklet that nobody has touched."""

    server: PostgresServer
    stage: Stage
    scans: int = 0
    dealt: int = 0

    def deal(self, passes: int) -> range:
        """The numbers of the next booklets that hold so many passes."""
        booklets = -(-passes // PASSES)
        first = int(self.stage.serials[self.dealt])
        self.dealt += booklets
        if self.dealt >= len(self.stage.serials):
            raise AssertionError("too few booklets were issued for this run")
        return range(first, first + booklets)

    def codes(self, passes: int) -> list[str]:
        """Codes of passes that nobody has spent."""
        pages = print_passes(self.stage.world.session, self.deal(passes), PASS_KEY, TYPED_CODES)
        found = [to_url(ORIGIN, printed.token) for page in pages for printed in page]
        self.stage.world.session.rollback()
        return list(islice(found, passes))

    def scan_ids(self) -> Iterator[str]:
        """Ids that no scan has borne."""
        while True:
            self.scans += 1
            yield f"bench-{self.scans:09d}"

    def scans_of(self, codes: list[str]) -> list[bytes]:
        """One request for each code, from phones in turn."""
        phones: list[Point] = self.stage.phones
        return [
            scan(phones[number % len(phones)], code, scan_id)
            for number, (code, scan_id) in enumerate(zip(codes, self.scan_ids(), strict=False))
        ]


def tidy(engine: Engine) -> None:
    """What PostgreSQL does by itself a minute after much was written."""
    with engine.connect() as connection:
        vacuum = connection.execution_options(isolation_level="AUTOCOMMIT")
        vacuum.exec_driver_sql("VACUUM ANALYZE")


@contextlib.contextmanager
def prepared(booklets: int) -> Iterator[Ground]:
    """A server, a migrated database, and so many booklets handed over."""
    with (
        running(durable=True) as server,
        tempfile.TemporaryDirectory(prefix="voucher-bench-") as home,
    ):
        url = server.url()
        migrate(url)
        with set_up(url, Path(home), booklets=booklets, passes=PASSES, phones=8) as stage:
            with stage.world.engine.begin() as connection:
                connection.execute(HAND_OVER, {"point": stage.point, "now": stage.world.now})
            tidy(stage.world.engine)
            yield Ground(server, stage)
