"""The matrix of rights: every screen and every call, by everybody, on what is theirs and is not.

All is read from the declarations: a screen that is added is in here, and one that is not declared
fails. The house of a newcomer owns nothing, so all that exists is somebody else's to it.
"""

import re
from collections.abc import Iterator

import pytest

from tests.support.calling import METROPOLE_SIRET
from tests.support.databases import SqliteCopies
from tests.support.desks import HIDDEN, seat
from tests.support.fees import invoiced
from tests.support.nantes import nantes_of
from tests.support.rights import (
    NO_ID,
    NO_WORD,
    PUBLIC,
    Watch,
    addresses,
    declared_paths,
    fields_of,
    json_of,
    management,
    routes,
)
from tests.support.service import running_service
from voucher_service.actions.disputing_statements import dispute_statement
from voucher_service.actions.tokens import TENANTS, Role
from voucher_service.core.disputes import Line, Wrong
from voucher_service.core.posts import NEEDS_SECOND_FACTOR, House, Post, house_of
from voucher_service.store import tables
from voucher_service.store.engine import make_engine
from voucher_service.web.desks import Who, every_screen

IDS = [str(number) for number in range(1, 7)]
DOCUMENTS = {"/api/v1/openapi.json", "/scan/v1/openapi.json"}


class Stage:
    """One application on one seeded database: who may be where, and a watch over every write."""

    def __init__(self, service, path):
        self.service, self.watch = service, Watch(path)
        self.nantes = nantes_of(service)
        world = service.world
        codes = [c for serial in self.nantes.serials[:2] for c in self._handed_over(serial)]
        for code in codes[:4]:
            world.redeem(self.nantes.ping, code)
        world.redeem(self.nantes.ping, codes[0])
        for number in range(len(IDS) + 1):  # the last of each owns nothing, not even a number below
            newcomers = {
                House.FUNDER: world.funder(f"Newcomer {number}"),
                House.POINT: world.point(f"Newcomer {number}"),
                House.ASSOCIATION: world.association(
                    (f"Newcomer {number}", f"W44200000{number}", IBAN)
                ),
            }
        self.newcomers = newcomers
        self.owners = {
            House.FUNDER: self.nantes.metropole,
            House.POINT: self.nantes.ccas,
            House.ASSOCIATION: self.nantes.ping.association,
        }
        world.session.get_one(tables.Funder, self.nantes.metropole).siret = METROPOLE_SIRET
        invoiced(world, self.nantes.metropole)
        world.later(days=20)
        numbers = world.close("2026-11", world.now)
        own = next(number for number in numbers if number.startswith("RA"))
        disputed = own, Wrong.ACCOUNT, Line(), "pas à nous", "person:1", world.now
        dispute_statement(world.session, *disputed)
        world.session.commit()
        self.words = [*self._numbers(), "2026-11", *self.nantes.serials[:2]]
        self.clients = {post: self._at(post, self.owners.get(house_of(post))) for post in Post}
        self.watch.moved()

    def _handed_over(self, serial):
        self.service.world.hand_over(serial, self.nantes.ccas)
        return self.service.world.codes(serial)

    def _numbers(self):
        found = [row.number for row in self.service.world.session.query(tables.Statement)]
        found += [row.number for row in self.service.world.session.query(tables.Document)]
        found += [row.number for row in self.service.world.session.query(tables.FeeDocument)]
        self.service.world.session.commit()
        return found

    def _at(self, post, tenant, **options):
        """A browser in which somebody of this post is signed in."""
        client = self.service.app.test_client()
        clerk = seat(self.service.services, post, tenant, **options)
        client.set_cookie("__Host-pn", clerk.cookie, domain="localhost", secure=True, path="/")
        return client

    def newcomer(self, post):
        return self._at(post, self.newcomers[house_of(post)])

    def without_second_factor(self, post):
        return self._at(post, self.owners.get(house_of(post)), second_factor=False)

    def proof(self, client):
        """The hidden fields of a form given to this browser."""
        return dict(HIDDEN.findall(client.get("/account").text))

    def screens(self, method=None):
        return [s for s in every_screen(self.service.app) if method in {None, s.method}]


#: Pages that say the same of what is not theirs and of what does not exist, and what they say.
ANSWERS_NOTHING = {"/association/passes/<word:serial>/<id:number>": 'class="empty"'}

#: Pages that exist only where a provider of identities is set up.
OPTIONAL = {"/account/proconnect", "/account/proconnect/back"}

IBAN = "FR7630004000031234567890143"


@pytest.fixture(scope="module")
def stage(sqlite_copies: SqliteCopies, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with sqlite_copies.fresh() as url:
        engine = make_engine(url)
        with running_service(engine, url, tmp_path_factory.mktemp("rights")) as service:
            stage = Stage(service, url.removeprefix("sqlite:///"))
            yield stage
            stage.watch.close()
        engine.dispose()


def missing(path):
    (address,) = addresses(path, [NO_ID], [NO_WORD])
    return address


def test_every_route_is_declared(stage):
    app = stage.service.app
    known = declared_paths(app)
    strangers = {
        f"{method} {rule.rule}"
        for method, rule in routes(app)
        if (method, rule.rule) not in known
        and rule.endpoint.split(".")[0] not in PUBLIC
        and rule.rule not in DOCUMENTS
    }
    assert strangers == set()
    there = {(method, rule.rule) for method, rule in routes(app)}
    assert known <= there


def test_a_screen_is_declared_for_posts_of_its_own_desk(stage):
    for screen in stage.screens():
        if screen.who is Who.POST:
            assert screen.posts, screen.path
            (house,) = {house_of(post) for post in screen.posts}
            assert screen.path.startswith(f"/{house}"), screen.path


def test_who_is_not_signed_in_gets_nowhere(stage):
    client = stage.service.app.test_client()
    for screen in stage.screens():
        answer = client.open(missing(screen.path), method=screen.method)
        gone = answer.headers.get("Location", "").startswith("/account/login")
        assert (answer.status_code == 303 and gone) or screen.who is Who.ANYBODY, screen.path
        assert not stage.watch.moved(), screen.path


@pytest.mark.parametrize("post", Post)
def test_a_post_opens_what_was_declared_for_it_and_nothing_else(stage, post):
    client = stage.clients[post]
    proof = stage.proof(client)
    before = stage.service.checksum()
    stage.watch.moved()
    for screen in stage.screens():
        address = missing(screen.path)
        if screen.method == "GET":
            answer = client.get(address)
        elif post in screen.posts or screen.who is not Who.POST:
            answer = client.post(address)  # without the proof of a form: nothing may happen
        else:
            answer = client.post(address, data=proof | fields_of(screen.body))
        told = f"{post} {screen.method} {screen.path}: {answer.status_code}"
        if screen.who is Who.POST and post not in screen.posts:
            assert answer.status_code == 403, told
            assert answer.get_json()["reason"] == "post_not_allowed", told
        elif screen.method == "POST":
            assert answer.status_code == 403, told
            assert answer.get_json()["reason"] == "form_from_elsewhere", told
        elif screen.path != address:
            assert answer.status_code in {303, 404} or screen.path in ANSWERS_NOTHING, told
        elif screen.path not in OPTIONAL:
            assert answer.status_code in {200, 303}, told
        assert not stage.watch.moved(), told
    assert stage.service.checksum() == before


@pytest.mark.parametrize("post", sorted(NEEDS_SECOND_FACTOR))
def test_a_post_that_moves_money_or_booklets_opens_nothing_without_a_second_factor(stage, post):
    client = stage.without_second_factor(post)
    proof = stage.proof(client)
    stage.watch.moved()
    for screen in stage.screens():
        if screen.who is Who.POST and post in screen.posts:
            data = proof | fields_of(screen.body) if screen.method == "POST" else None
            answer = client.open(missing(screen.path), method=screen.method, data=data)
            assert answer.headers["Location"].startswith("/account/second-factor"), screen.path
            assert not stage.watch.moved(), screen.path


OF_A_HOUSE = [post for post in Post if house_of(post) is not House.OPERATOR]


@pytest.mark.parametrize("post", OF_A_HOUSE)
def test_a_newcomer_sees_nothing_of_what_others_have(stage, post):
    client, found = stage.newcomer(post), []
    for screen in stage.screens("GET"):
        if screen.who is Who.POST and post in screen.posts and "<" in screen.path:
            for address in addresses(screen.path, IDS, stage.words):
                answer = client.get(address)
                nothing = ANSWERS_NOTHING.get(screen.path)
                if answer.status_code != 404 and not (nothing and nothing in answer.text):
                    found.append(f"{address}: {answer.status_code}")
        elif screen.who is Who.POST and post in screen.posts:
            answer = client.get(screen.path)
            text = answer.text if answer.mimetype.startswith("text/") else ""
            found += [f"{screen.path} names {one}" for one in OTHERS if named(one, text)]
    assert found == [], found[:12]


def named(one: str, text: str) -> object:
    """Whether a page says a name, as a word: three letters may stand in a random key by chance."""
    return re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", text)


OTHERS = ("PiNG", "Alis44", "CCAS de Nantes", "Clisson", "Nantes Métropole", "MSA", "00000001")


@pytest.mark.parametrize("post", OF_A_HOUSE)
def test_who_owns_something_opens_it(stage, post):
    client, opened = stage.clients[post], []
    for screen in stage.screens("GET"):
        if screen.who is Who.POST and post in screen.posts and "<" in screen.path:
            tried = iter(addresses(screen.path, IDS, stage.words))
            opened += [next((path for path in tried if client.get(path).status_code == 200), None)]
    if any("<" in s.path and post in s.posts and s.who is Who.POST for s in stage.screens("GET")):
        assert any(opened)


@pytest.mark.parametrize("post", OF_A_HOUSE)
def test_a_newcomer_changes_nothing_of_what_others_have(stage, post):
    client = stage.newcomer(post)
    proof = stage.proof(client)
    before, done = stage.service.checksum(), []
    stage.watch.moved()
    for screen in stage.screens("POST"):
        if screen.who is Who.POST and post in screen.posts and "<" in screen.path:
            fields = fields_of(screen.body)
            for number, address in enumerate(addresses(screen.path, IDS, stage.words)):
                key = {"form_key": f"{screen.name}-{number}"}
                answer = client.post(address, data=proof | key | fields)
                if answer.status_code not in {404, 409, 422}:
                    done.append(f"{address}: {answer.status_code}")
                if stage.watch.moved() and stage.service.checksum() != before:
                    done.append(f"{address} changed something")
                    before = stage.service.checksum()
    assert done == [], done[:12]


def tokens_of(stage, house_numbers):
    kinds = {Role.FUNDER: House.FUNDER, Role.DISTRIBUTOR: House.POINT}
    kinds[Role.ASSOCIATION] = House.ASSOCIATION
    return {
        role: stage.service.by(role.value, house_numbers[kinds[role]] if role in TENANTS else None)
        for role in Role
    }


def send(caller, call, address):
    """A call with a body as good as can be guessed."""
    if call.method == "POST":
        raw = {"data": b"x", "headers": {"Content-Type": call.raw[0]}} if call.raw else {}
        return caller.post(address, None if call.raw else json_of(call.body), **raw)
    return caller.get(address) if call.method == "GET" else caller.delete(address)


def test_every_call_of_the_api_asks_for_a_token_and_its_role(stage):
    callers = tokens_of(stage, stage.owners)
    stage.watch.moved()
    asked = 0
    for call in management():
        address = missing(call.path)
        nobody = stage.service.send(call.method, address, None, headers={"Idempotency-Key": "k"})
        assert nobody.status_code == 401, call.path
        for role, caller in callers.items():
            if role not in (call.roles or ()):
                answer = send(caller, call, address)
                told = f"{role} {call.method} {call.path}: {answer.status_code}"
                assert (answer.status_code, answer.get_json()["reason"]) == (
                    403,
                    "role_not_allowed",
                ), told
                asked += 1
        assert not stage.watch.moved(), call.path
    assert asked > 300


@pytest.mark.parametrize("role", TENANTS)
def test_a_newcomer_s_token_finds_and_changes_nothing_of_others(stage, role):
    caller = tokens_of(stage, stage.newcomers)[role]
    before, found = stage.service.checksum(), []
    stage.watch.moved()
    for call in management():
        if role not in (call.roles or ()) or "<" not in call.path:
            continue
        for address in addresses(call.path, IDS, stage.words):
            answer = send(caller, call, address)
            if answer.status_code not in {400, 404, 406, 409, 422}:
                found.append(f"{call.method} {address}: {answer.status_code}")
            if stage.watch.moved() and stage.service.checksum() != before:
                found.append(f"{call.method} {address} changed something")
                before = stage.service.checksum()
    assert found == [], found[:12]


def readers(stage):
    """Every page, and the browser of one of those who may open it."""
    for screen in stage.screens("GET"):
        post = next(p for p in Post if screen.who is not Who.POST or p in screen.posts)
        yield screen.path, stage.clients[post]


def test_reading_anything_twice_writes_nothing(stage):
    public = [
        (rule.rule, stage.service.client)
        for _, rule in routes(stage.service.app)
        if rule.endpoint.split(".")[0] in PUBLIC and "GET" in (rule.methods or ())
    ]
    stage.watch.moved()
    for path, client in [*readers(stage), *public]:
        for _ in range(2):
            client.get(missing(path))
        assert not stage.watch.moved(), path


def test_every_page_is_protected(stage):
    seen = 0
    for path, client in readers(stage):
        page = client.get(missing(path), headers={"Accept": "text/html"})
        if page.mimetype != "text/html":
            continue
        seen += 1
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert page.headers["Cache-Control"] == "no-store", path
        assert page.headers["X-Content-Type-Options"] == "nosniff", path
        assert page.headers["Strict-Transport-Security"], path
        assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        secret = path.startswith("/account/links/")
        expected = "no-referrer" if secret else "same-origin"
        assert page.headers["Referrer-Policy"] == expected, path
    assert seen > 50
