"""One declaration per screen: path, whose, what is read, what is shown. All else follows from it.

Who may come, the transaction, the form read strictly and done once, the page shown again with what
is wrong. A screen that is not declared here does not exist; the matrix of rights walks the list.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from flask import Blueprint, Flask, Response, request

from voucher_service.actions import sittings, trailing
from voucher_service.core.errors import Conflict, Invalid, NotFound, TooMany
from voucher_service.core.posts import EVERY_POST, Post
from voucher_service.core.sittings import SEEN_EVERY
from voucher_service.http.body import Body, Nothing
from voucher_service.http.form_acts import Act, Sent, once
from voucher_service.http.problems import status_of
from voucher_service.http.services import Services, services
from voucher_service.store.session import Session
from voucher_service.web import cookies, forms, keeping
from voucher_service.web.again import address_of, as_sent, show_again
from voucher_service.web.forms import BadForm
from voucher_service.web.screens import Screen
from voucher_service.web.showing import Nav, Page, Reader, See, go, show
from voucher_service.web.uploads import Upload, read_upload
from voucher_service.web.visits import Visit, Who, arrive, just_left, still

__all__ = ["Desk", "Nav", "Page", "Screen", "See", "Upload", "Visit", "Who", "every_screen"]

CONFLICT = 409

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(slots=True)
class Desk:
    """The screens of one reader, under one prefix."""

    name: str
    prefix: str = ""
    posts: frozenset[Post] = EVERY_POST
    who: Who = Who.POST
    nav: Nav = field(default_factory=list)
    screens: list[Screen] = field(default_factory=list)

    def page(
        self,
        path: str,
        *,
        posts: frozenset[Post] | None = None,
        who: Who | None = None,
        query: type[Body] = Nothing,
        fresh: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Declare a page: it reads, and changes nothing."""

        def decorate(handler: Handler) -> Handler:
            self._declare("GET", path, handler, posts, who, query=query, fresh=fresh)
            return handler

        return decorate

    def form(
        self,
        path: str,
        *,
        posts: frozenset[Post] | None = None,
        who: Who | None = None,
        **declared: Any,  # noqa: ANN401 - Screen's fields
    ) -> Callable[[Handler], Handler]:
        """Declare what a form does: one writing transaction, once."""

        def decorate(handler: Handler) -> Handler:
            self._declare("POST", path, handler, posts, who, **declared)
            return handler

        return decorate

    def _declare(
        self,
        method: Literal["GET", "POST"],
        path: str,
        handler: Callable[..., Any],
        posts: frozenset[Post] | None,
        who: Who | None,
        **declared: Any,  # noqa: ANN401 - Screen's fields
    ) -> None:
        reader = Reader(self.name, self.nav)
        whole = f"{self.prefix}{path}"
        allowed = self.posts if posts is None else posts
        self.screens.append(
            Screen(reader, method, whole, handler, who or self.who, allowed, **declared)
        )

    def register(self, app: Flask) -> None:
        """Plug the screens into the application."""
        blueprint = Blueprint(f"desk_{self.name}", __name__)
        by_handler = {screen.handler: screen for screen in self.screens}
        for screen in self.screens:
            view = _page_view(screen) if screen.method == "GET" else _form_view(screen, by_handler)
            blueprint.add_url_rule(screen.path, screen.name, view, methods=[screen.method])
        app.register_blueprint(blueprint)
        app.extensions.setdefault("voucher_screens", []).extend(self.screens)


def every_screen(app: Flask) -> list[Screen]:
    """Every screen that was declared and plugged in."""
    return list(app.extensions["voucher_screens"])


def _page_view(screen: Screen) -> Callable[..., Response]:
    def view(**path: Any) -> Response:  # noqa: ANN401
        at_hand = services()
        with at_hand.reading() as session:
            visit = arrive(session, at_hand, screen.rule, request.full_path.rstrip("?"))
            if not isinstance(visit, Visit):
                return visit
            result = screen.handler(visit, **path, **_query(screen))
            answer = _answer(screen, visit, result)
        _stay(at_hand, visit)
        return answer

    return view


def _answer(screen: Screen, visit: Visit, result: Page | See | Response) -> Response:
    if isinstance(result, Page):
        return show(screen.reader, visit, result, keeping.given_back(visit))
    return go(result, None) if isinstance(result, See) else result


def _query(screen: Screen) -> dict[str, Any]:
    given = forms.read_query(screen.query)
    return {} if screen.query is Nothing else {"query": given}


def _stay(at_hand: Services, visit: Visit) -> None:
    """Whoever comes stays signed in; written at most once a minute."""
    seat = visit.seat
    if seat and seat.signed_in_at and visit.now - seat.seen_at >= SEEN_EVERY:
        with at_hand.writing() as session:
            sittings.see(session, seat.sitting, visit.now)


def _form_view(screen: Screen, pages: dict[Callable[..., Any], Screen]) -> Callable[..., Response]:
    again = pages.get(screen.again) if screen.again else None

    def view(**path: Any) -> Response:  # noqa: ANN401
        at_hand = services()
        if screen.file:
            request.max_content_length = screen.largest + 64 * 1024
        page = address_of(again, path)
        with at_hand.reading() as session:
            back = (
                f"{page}?{forms.KEPT}={request.path}" if page and screen.who is Who.POST else page
            )
            visit = arrive(session, at_hand, screen.rule, back)
            here = isinstance(visit, Visit)
            left = None if here else just_left(session, at_hand, screen.rule)
        if not isinstance(visit, Visit):
            if page and left:
                keeping.set_aside(at_hand, left, page, screen.name, screen.body, visit)
            return visit
        if again and screen.who is Who.POST and forms.is_of_an_older_sitting():
            given = as_sent(screen, (), page)
            return show_again(again, screen, visit, path, CONFLICT, given)
        forms.check_proof()
        _stay(at_hand, visit)
        try:
            if screen.before:
                screen.before(visit)
            return _once(screen, visit, path, page)
        except BadForm as bad:
            return show_again(again, screen, visit, path, 422, as_sent(screen, bad.wrong))
        except (Invalid, Conflict, NotFound, TooMany) as refusal:
            if again is None:
                raise
            given = as_sent(screen, (forms.wrong_of(refusal, screen.body),))
            return show_again(again, screen, visit, path, status_of(refusal), given)

    return view


def _once(screen: Screen, visit: Visit, path: dict[str, Any], page: str) -> Response:
    """One transaction. Who is not signed in has no memory: what they do happens once by itself."""
    if not visit.person.id:
        with visit.services.writing() as session:
            return _do(screen, still(session, visit, screen.rule), path, page, None).answer
    key, cookie = forms.key_sent(), cookies.shown() or ""
    sent = Sent(visit.person.id, key, forms.fingerprint(), cookie)

    def work(session: Session) -> Act:
        return _do(screen, still(session, visit, screen.rule), path, page, key)

    return once(visit.services, sent, work)


def _do(screen: Screen, visit: Visit, path: dict[str, Any], page: str, key: str | None) -> Act:
    """Read the form and do what it asks; a page is drawn while its session is open."""
    given = dict(path)
    form = forms.read_form(screen.body)
    if screen.body is not Nothing:
        given["given"] = form
    if screen.file:
        given["file"] = read_upload(screen.file, screen.largest)
    result = screen.handler(visit, **given)
    _remember(screen, visit, result)
    keeping.was_sent(visit.session, page)
    if isinstance(result, See):
        return Act(go(result, key), result.said, result.values)
    return Act(show(screen.reader, visit, result) if isinstance(result, Page) else result)


def _remember(screen: Screen, visit: Visit, result: Page | See | Response) -> None:
    """Who did what at which desk: in the act's own transaction, and never what was typed."""
    if visit.post is None:
        return
    led_to = result.path.partition("?")[0] if isinstance(result, See) else None
    trailing.note(
        visit.session,
        trailing.Done(
            screen.reader.name,
            screen.name,
            visit.actor,
            visit.post.value,
            visit.tenant,
            request.path,
            led_to,
        ),
        visit.now,
    )
