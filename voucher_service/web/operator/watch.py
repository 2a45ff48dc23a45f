"""Watching: unusual patterns to look at, keys and their ages, and who did what at which desk."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from voucher_service.actions import trusting
from voucher_service.core.signing import KeyStatus
from voucher_service.http.body import Body
from voucher_service.http.fields import Id
from voucher_service.store.queries import (
    booklets,
    names,
    patterns,
    places,
    public,
    trail,
)
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import ADMIN, DESK, SEE_PERSONS, newest, numbers, who

OLD_KEY_DAYS, ENDS_SOON_DAYS = 365, 60
"""A key that signs is changed every year, and before it ends."""
SHOWN = 100


class PatternsIn(Body):
    """From before which use."""

    before: Id | None = None


class KeyIn(Body):
    """What becomes of a key; ticked by whoever means it."""

    kid: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{1,64}$")]
    to: Literal["retired", "revoked"]
    confirm: Literal["yes"]


class TrailIn(Body):
    """Whose acts, at which desk, or all."""

    person: Id | None = None
    desk: Literal["operator", "point", "association", "funder"] | None = None
    cursor: Id | None = None


@DESK.page("/patterns", query=PatternsIn)
def pattern_list(visit: Visit, query: PatternsIn) -> Page:
    """Unusual patterns among the latest uses: questions, never proofs."""
    found = patterns.found(visit.session, query.before)
    shown = found.patterns[:SHOWN]
    sites = places.sites_of(visit.session, numbers(shown, "site"))
    return Page(
        "operator/patterns.html",
        found=found,
        shown=shown,
        sites=sites,
        associations=names.associations(
            visit.session, {site.association_id for site in sites.values()}
        ),
        points=names.points(visit.session, numbers(shown, "point")),
        serial=booklets.serial,
    )


@DESK.page("/keys")
def keys(visit: Visit) -> Page:
    """The keys that are trusted, and how old they are. Public facts only."""
    known = public.public_keys(visit.session)
    return Page(
        "operator/keys.html",
        keys=[
            (
                purpose,
                key,
                (visit.now - key.not_before).days,
                (key.not_after - visit.now).days,
            )
            for purpose, key in known
        ],
        old=OLD_KEY_DAYS,
        soon=ENDS_SOON_DAYS,
    )


@DESK.form("/keys", posts=ADMIN, body=KeyIn, again=keys)
def change_key(visit: Visit, given: KeyIn) -> See:
    """Retire a key (its passes stay good) or revoke it (only the register is believed)."""
    trusting.change_key(visit.session, given.kid, KeyStatus(given.to))
    return See("/operator/keys", said=f"key_{given.to}")


@DESK.page("/trail", posts=SEE_PERSONS, query=TrailIn)
def acts(visit: Visit, query: TrailIn) -> Page:
    """Who did what at which desk, the latest first."""
    page = trail.acts(visit.session, query.person, query.desk, newest(query.cursor))
    return Page(
        "operator/trail.html",
        page=page,
        query=query,
        who=who(visit, [row.actor for row in page.rows]),
    )
