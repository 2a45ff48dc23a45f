"""A screen as its reader sees it: the template, the words, the navigation, the form shown again."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Response, g, render_template, request

from voucher_service.core.posts import Post
from voucher_service.http.headers import allow_camera
from voucher_service.http.services import services
from voucher_service.store.queries import people
from voucher_service.web import desk_words, forms
from voucher_service.web.forms import Given
from voucher_service.web.visits import Visit, see_other


class Page:
    """What a screen shows: a template of its reader's folder, and what stands in it.

    ``films``: whether it may open the camera, to read a code.
    """

    def __init__(
        self,
        template: str,
        *,
        status: int = 200,
        films: bool = False,
        **values: Any,  # noqa: ANN401
    ) -> None:
        self.template, self.status, self.films, self.values = template, status, films, values


class See:
    """Where to go next, and the sentence said there; ``values`` stand in the sentence."""

    def __init__(self, path: str, *, said: str | None = None, **values: Any) -> None:  # noqa: ANN401
        self.path, self.said, self.values = path, said, values


Nav = list[tuple[str, str, frozenset[Post]]]
"""A desk's navigation: an address, the name of its words, and who sees it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose screen it is: the name of the words file, and the navigation."""

    name: str
    nav: Nav = field(default_factory=list)

    def for_post(self, post: Post | None) -> list[tuple[str, str]]:
        """What this post may open."""
        return [(path, words) for path, words, posts in self.nav if post in posts]


def show(reader: Reader, visit: Visit, page: Page, given: Given | None = None) -> Response:
    """A page as an answer."""
    given = given or Given()
    if page.films:
        allow_camera()
    words = desk_words.sentences(reader.name)[visit.language]
    settings = services().settings
    text = render_template(
        page.template,
        **page.values,
        visit=visit,
        reader=reader.name,
        nav=reader.for_post(visit.post),
        language=visit.language,
        t=words,
        form=given,
        labels={},
        complaint=lambda wrong: desk_words.complaint(reader.name, wrong),
        said=_just_said(reader, visit),
        form_proof=forms.proof,
        form_key=forms.new_key,
        issuer=settings.issuer_name,
        help_number=settings.help_number,
        request_id=g.get("request_id", ""),
    )
    answer = Response(text, page.status, content_type="text/html; charset=utf-8")
    answer.headers["Content-Language"] = visit.language
    return answer


def _just_said(reader: Reader, visit: Visit) -> str | None:
    """The sentence of the form that was just done, if this page was reached from it."""
    key = request.args.get(forms.DONE)
    if not key or not visit.person.id:
        return None
    done = people.done(visit.session, visit.person.id, key[: forms.LONGEST_KEY])
    if done is None or done.said is None:
        return None
    return desk_words.said(reader.name, done.said, done.values)


def go(see: See, key: str | None) -> Response:
    """To the next page, which finds its sentence by the form's key."""
    address = see.path
    if see.said and key:
        parts = urlsplit(address)
        query = [*parse_qsl(parts.query), (forms.DONE, key)]
        address = urlunsplit(parts._replace(query=urlencode(query)))
    return see_other(address)
