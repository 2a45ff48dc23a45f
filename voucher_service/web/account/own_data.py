"""Everything that is kept about oneself, in one file, for oneself alone (RGPD, articles 15 and 20).

No secret is in it: neither the password's hash, nor the authenticator, nor any key.
"""

from flask import Response, jsonify

from voucher_service.core.canonical import Json
from voucher_service.core.sittings import LONGEST
from voucher_service.core.statements import local
from voucher_service.store.queries import people, trail
from voucher_service.store.queries.paging import Window
from voucher_service.web.account.desk import DESK
from voucher_service.web.desks import Visit

ACTS = 10_000
"""The latest acts: more than anybody does at a desk in the years that an account lives."""


@DESK.page("/account/data.json")
def own_data(visit: Visit) -> Response:
    """What is kept about whoever asks."""
    answer = jsonify(_told(visit))
    answer.headers["Content-Disposition"] = 'attachment; filename="data.json"'
    return answer


def _told(visit: Visit) -> dict[str, Json]:
    session, me = visit.session, visit.person.id
    person = people.person(session, me)
    assert person is not None  # noqa: S101 - this very person is signed in
    sittings = people.sittings_of(session, me, visit.now - LONGEST)
    acts = trail.acts(session, me, None, Window(None, ACTS, newest_first=True)).rows
    return {
        "as_of": local(visit.now),
        "number": me,
        "name": person.name,
        "email": person.email,
        "language": person.language,
        "created_at": local(person.created_at),
        "last_active_at": local(person.last_active_at) if person.last_active_at else None,
        "has_password": person.password_hash is not None,
        "has_authenticator": person.totp_sealed is not None,
        "passkeys": [one.name for one in people.passkeys_of(session, me)],
        "recovery_codes_left": people.codes_left(session, me),
        "has_proconnect": people.has_identity(session, me),
        "posts": [
            {"post": one.post.value, "house": one.name}
            for one in people.named(session, people.posts_of(session, me))
        ],
        "signed_in": [
            {"browser": one.agent, "since": local(one.signed_in_at), "seen_at": local(one.seen_at)}
            for one in sittings
        ],
        "acts": [
            {"at": local(one.at), "post": one.post, "act": one.act, "on": one.led_to or one.target}
            for one in acts
        ],
    }
