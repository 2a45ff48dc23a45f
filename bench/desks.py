"""The pages of every desk over a million uses: how many questions, how many milliseconds.

Pages are those that the desks declare, whoever adds one; a page whose address needs something that
this ground does not have is named and left out. Uses are spread over ten months, points and sites.
"""

import http.client
import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from bench.bare import WORKERS
from bench.bulk import LABEL
from bench.figures import Board, Figure
from bench.ground import PASSES, Ground, tidy
from bench.spending import BareServer, served
from tests.support.cast import OPERATOR, STATEMENT_KEY
from tests.support.desks import add_person, give_post
from tests.support.service import routes, settings
from tests.support.stage import Server
from voucher_service.actions import settling, sittings
from voucher_service.actions.freezing import Signatory
from voucher_service.actions.sittings import Proofs
from voucher_service.app import services_of
from voucher_service.core.campaign import SERVICES
from voucher_service.core.posts import House, Post, has_tenant, house_of
from voucher_service.store import sums
from voucher_service.store.engine import make_engine
from voucher_service.store.session import sessions_on
from voucher_service.web.desks import Screen, every_screen

MOST_QUESTIONS, MOST_MS = 12, 300
"""What a page of a desk may ask, and take for 95 visitors of 100."""

DAYS = 300
"""Days that the uses are spread over."""

FEWEST_VISITS, PATIENCE_SECONDS = 3, 10

POINTS, ASSOCIATIONS, SITES = 40, 48, 100

BARE = "a bare Flask page"

GIVEN = """
UPDATE booklet SET handed_over_at = CAST(:moment AS timestamptz) - interval '1 hour'
    - greatest(:last - id, 0) * :days * interval '1 day' / :count
WHERE id BETWEEN :first AND :last OR handed_over_at IS NULL
"""
"""Booklets are given in the order of their numbers, an hour before their first use."""

PLACES = """
INSERT INTO distribution_point (name, commune, code_insee, latitude, longitude, created_at)
SELECT 'Point ' || n, 'Commune ' || n % 20, '44' || lpad((n % 20)::text, 3, '0'),
    47 + n * 0.01, -1.5, now() FROM generate_series(1, :points) n;
INSERT INTO association (name, rna, contact_email, accreditation, created_at)
SELECT 'Association ' || n, 'W4490' || lpad(n::text, 5, '0'), 'a@example.org', 'accredited', now()
FROM generate_series(1, :associations) n;
INSERT INTO bank_account (association_id, iban, holder, created_at, proposed_by, confirmed_at,
    confirmed_by, usable_from)
SELECT a.id, b.iban, a.name, now(), 'person:1', now(), 'person:2', now()
FROM association a, bank_account b WHERE b.association_id = 1 AND a.name LIKE 'Association %';
INSERT INTO approval (campaign_id, association_id, approved_at, actor)
SELECT 1, id, now(), 'person:1' FROM association WHERE name LIKE 'Association %';
INSERT INTO site (association_id, name, adresse, code_postal, commune, code_insee, latitude,
    longitude, services, details, updated_at)
SELECT 1 + n % (SELECT max(id) FROM association), 'Lieu ' || n, '1 rue', '44000',
    'Commune ' || n % 20, '44' || lpad((n % 20)::text, 3, '0'), 47 + n * 0.01, -1.5,
    '[]', '{}', now()
FROM generate_series(1, :sites) n;
INSERT INTO device (site_id, name, token_hash, paired_at, last_contact_at)
SELECT id, 'Téléphone', decode(md5('bench' || id), 'hex'), now(), now() FROM site;
UPDATE booklet SET point_id = 1 + id % (SELECT max(id) FROM distribution_point);
INSERT INTO handover (booklet_id, point_id, newcomer, at)
SELECT id, point_id, id % 3 = 0, handed_over_at FROM booklet WHERE handed_over_at IS NOT NULL
ON CONFLICT DO NOTHING
"""
"""Points and sites as a region has them, and every hand-over with its tick."""

MONTHS = """
INSERT INTO period (label, cutoff, opened_at, closed_at, closed_by)
SELECT to_char(m, 'YYYY-MM'), m + interval '1 month', now(), now(), 'person:1'
FROM generate_series(date_trunc('month', CAST(:moment AS timestamptz)) - interval '11 months',
    date_trunc('month', CAST(:moment AS timestamptz)) - interval '1 month', '1 month') m
"""

USES = """
WITH used AS (
    INSERT INTO redemption (booklet_id, number, campaign_id, association_id, site_id, device_id,
        scan_id, service, moment, recorded_at, undo_until, offline, cents, period_id)
    SELECT b.id, n, b.campaign_id, s.association_id, s.id, d.id, 'year-' || b.id || '-' || n,
        (CAST(:services AS text[]))[1 + (b.id + n) % 9], at.moment, at.moment, at.moment,
        false, 1000, p.id
    FROM booklet b CROSS JOIN generate_series(1, :passes) n
    CROSS JOIN LATERAL (SELECT CAST(:moment AS timestamptz) - (:last - b.id) * :days
        * interval '1 day' / :count AS moment) at
    JOIN device d ON d.id = 1 + (b.id * 7 + n) % (SELECT max(id) FROM device)
    JOIN site s ON s.id = d.site_id
    LEFT JOIN period p ON p.label = to_char(at.moment, 'YYYY-MM')
    WHERE b.id BETWEEN :first AND :last
    ORDER BY b.id RETURNING id, campaign_id, association_id, cents, moment)
INSERT INTO transfer (event, kind, campaign_id, debit, credit, cents, value_date, recorded_at,
    reference)
SELECT 'use:' || id, 'use', campaign_id, 'outstanding:campaign:' || campaign_id,
    'payable:association:' || association_id, cents, CAST(moment AS date), moment,
    'redemption:' || id
FROM used
"""
"""Uses of some months, in the order of their booklets; earlier months are closed."""


def measure(board: Board, ground: Ground, uses: int, visits: int) -> None:
    """Seed, sum, then visit every page of every desk."""
    _seed(ground, uses)
    session = ground.stage.world.session
    began = time.perf_counter()
    sums.fill(session, datetime.now(UTC))
    session.commit()
    board.add(f"sum {uses:,} uses for the desks", "s", Figure(time.perf_counter() - began))
    tidy(ground.stage.world.engine)
    _visit(board, ground, visits)


def _seed(ground: Ground, uses: int) -> None:
    """A scheme of ten months, and its last closed month settled for real."""
    world = ground.stage.world
    missing = uses // PASSES - (len(ground.stage.serials) - ground.dealt)
    if missing > 0:
        order = world.order(ground.stage.campaign, missing + 100)
        world.fund(order)
        ground.stage.serials += world.issue(order)
    values = {
        "moment": world.now,
        "points": POINTS,
        "associations": ASSOCIATIONS,
        "sites": SITES,
        "days": DAYS,
        "passes": PASSES,
        "services": list(SERVICES),
        "count": uses // PASSES,
    }
    booklets = ground.deal(uses)
    values |= {"first": booklets.start, "last": booklets.stop - 1}
    with world.engine.begin() as connection:
        for statement in (GIVEN, *PLACES.split(";"), MONTHS, USES):
            asked = text(statement).compile().params
            connection.execute(text(statement), {name: values[name] for name in asked})
    tidy(world.engine)
    settling.open_period(world.session, LABEL, world.now - timedelta(days=1), world.now)
    world.session.commit()
    signatory = Signatory(OPERATOR, STATEMENT_KEY)
    settling.close_period(world.session, LABEL, signatory, "person:9999", world.now)
    world.order(ground.stage.campaign, 100)


@dataclass(frozen=True, slots=True)
class Door:
    """A page that can be visited: its declaration, its address, and who opens it."""

    screen: Screen
    path: str
    cookie: str

    @property
    def name(self) -> str:
        return f"{self.screen.reader.name}: {self.screen.path}"


def _visit(board: Board, ground: Ground, visits: int) -> None:
    made = settings(ground.stage.home, ground.stage.url)
    engine = make_engine(ground.stage.url)
    app = routes()
    app.extensions["voucher"] = services_of(made, sessions_on(engine))
    doors, left_out = _doors(app, ground)
    asked = {door.path: _questions(app, engine, door) for door in doors}
    ours, bare = Server(ground.stage, workers=WORKERS), BareServer(ground.stage)
    over = []
    with served(ours, bare):
        _ask(bare.port, "/page", "", visits)
        board.add(BARE, "ms (p95)", _ask(bare.port, "/page", "", visits))
        for door in doors:
            figure = _ask(ours.port, door.path, door.cookie, visits)
            name = f"{door.name} ({asked[door.path]} questions)"
            board.add(name, "ms (p95)", figure)
            board.against(name, BARE, "a bare page")
            if asked[door.path] > MOST_QUESTIONS or figure.value > MOST_MS:
                over.append(name)
    engine.dispose()
    print(f"  {len(doors)} pages, {len(over)} over {MOST_QUESTIONS} questions or {MOST_MS} ms:")
    print("\n".join(f"  over: {name}" for name in over))
    print("\n".join(f"  left out: {path}" for path in left_out))


def _doors(app: Flask, ground: Ground) -> tuple[list[Door], list[str]]:
    """Every page of the four desks that opens, and those left out with the reason."""
    session = ground.stage.world.session
    known = _known(session, ground)
    cookies = {post: _sit(session, post, known[house_of(post)]) for post in Post}
    session.commit()
    doors, left_out = [], []
    for screen in every_screen(app):
        if screen.method != "GET" or screen.reader.name not in set(House):
            continue
        post = next(iter(sorted(screen.posts, key=lambda one: one in _FEW)))
        path = _filled(screen.path, known)
        if path is None:
            left_out.append(f"{screen.path} (nothing to put in it)")
            continue
        door = Door(screen, path, cookies[post])
        status = (
            app.test_client(use_cookies=False).get(path, headers=_headers(door.cookie)).status_code
        )
        if status == 200:
            doors.append(door)
        else:
            left_out.append(f"{path} ({status})")
    return doors, left_out


_FEW = {Post.FUNDER_READER, Post.POINT_CLERK, Post.SITE_STAFF, Post.AUDITOR}
"""Posts that open fewer pages than the others of their desk: asked last."""


def _known(session: Session, ground: Ground) -> dict[str, str]:
    """What stands in addresses, by the last word before it or by its name."""

    def one(question: str) -> str:
        return str(session.execute(text(question)).scalar() or "")

    stage = ground.stage
    return {
        **dict.fromkeys(("campaign", "association", "site", "device", "order"), "1"),
        House.OPERATOR: "",
        House.FUNDER: "1",
        House.ASSOCIATION: "1",
        House.POINT: str(stage.point),
        "campaigns": str(stage.campaign),
        "point": str(stage.point),
        "booklets": "100",
        "side": "sites",
        "sides": "points",
        "use": one("SELECT max(id) FROM redemption WHERE association_id = 1"),
        "serial": stage.serials[0],
        "periods": LABEL,
        "calls": one("SELECT max(number) FROM call WHERE funder_id = 1"),
        "funder statements": one("SELECT max(number) FROM statement WHERE funder_id = 1"),
        "association statements": one("SELECT max(number) FROM statement WHERE association_id = 1"),
        "operator statements": one("SELECT max(number) FROM statement WHERE association_id = 1"),
        "uses": one("SELECT max(id) FROM redemption WHERE association_id = 1"),
        "sites": one("SELECT min(id) FROM site WHERE association_id = 1"),
        "phones": "1",
        "associations": "1",
        "points": str(stage.point),
        "orders": "1",
        "form": "json",
        "papers": one("SELECT max(number) FROM statement WHERE funder_id = 1"),
        "downloads": "everything.json",
        "house": "funder",
        "tenant": "1",
    }


def _filled(path: str, known: dict[str, str]) -> str | None:
    """An address with what this ground has; nothing where it has nothing."""
    desk = path.split("/")[1]
    done = ""
    for word in path.split("/")[1:]:
        found = re.search(r"<[^>]*?(\w+)>(.*)", word)
        before = done.rpartition("/")[2]
        if found is None:
            done += f"/{word}"
            continue
        name = found[1]
        value = known.get(f"{desk} {before}") or known.get(before, "") or known.get(name, "")
        if not value:
            return None
        done += f"/{value}{found[2]}"
    return done


def _sit(session: Session, post: Post, tenant: str) -> str:
    """Somebody of this post signed in; the cookie."""
    now = datetime.now(UTC)
    person = add_person(session, now)
    give_post(session, person, post, int(tenant) if has_tenant(post) else None, now)
    return sittings.begin(session, person, Proofs(True, True), "bench", now)


def _headers(cookie: str) -> dict[str, str]:
    """As a browser shows the cookie over http, and over https."""
    return {"Cookie": f"pn={cookie}; __Host-pn={cookie}"}


def _questions(app: Flask, engine: Engine, door: Door) -> int:
    """How many statements a page sends to the database."""
    asked: list[str] = []

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    event.listen(engine, "before_cursor_execute", note)
    app.test_client(use_cookies=False).get(door.path, headers=_headers(door.cookie))
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)


def _ask(port: int, path: str, cookie: str, visits: int) -> Figure:
    """The same page some times, one after the other."""
    times = sorted(_times(port, path, cookie, visits))
    p95 = times[min(len(times) - 1, round(0.95 * len(times)))]
    return Figure(p95, statistics.median(times), times[-1])


def _times(port: int, path: str, cookie: str, visits: int) -> Iterator[float]:
    """Milliseconds of each visit; of a page that is far too slow a few are enough."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    first = time.perf_counter()
    for number in range(visits):
        began = time.perf_counter()
        if number >= FEWEST_VISITS and began - first > PATIENCE_SECONDS:
            break
        line.request("GET", path, headers=_headers(cookie))
        answer = line.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise AssertionError(f"{path}: {answer.status}")
        yield (time.perf_counter() - began) * 1000
    line.close()
