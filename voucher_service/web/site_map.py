"""Where passes can be used, as a map that this service draws itself.

No background, no script, nothing from elsewhere: nobody but us learns what was looked for. The list
below the map says the same, so whoever does not see it misses nothing. Where the settings name who
gives a background, a button shows it, and says before who will see the reader's address.
"""

from flask import Blueprint, Response, request

from voucher_service.core.mapping import lay_out
from voucher_service.http.headers import allow_images_from
from voucher_service.http.services import services
from voucher_service.partners import NO_TILES
from voucher_service.store.queries import public
from voucher_service.web.map_labels import labels
from voucher_service.web.public_page import public_page

blueprint = Blueprint("site_map", __name__)

NAMED = 150
"""Sites that the list names one by one; of more it names the communes, and a search the sites."""

MISSING_NAMED = 20
"""Sites that are not on the map and are named below it."""

COMMUNES_NAMED = 4
"""Communes that the list names for one dot, when there are too many sites to name."""


@blueprint.get("/sites/map")
def site_map() -> Response:
    """The sites that were asked for, on a map."""
    commune = request.args.get("commune", "").strip()[:100]
    at_hand = services()
    with at_hand.reading() as session:
        layout = lay_out(public.spots(session, commune))
        towns = public.towns(session) if layout.frame else []
    named = layout.shown <= NAMED
    tiles = at_hand.settings.tiles if named and layout.frame else NO_TILES
    if tiles.address:
        allow_images_from(tiles.origin)
    return public_page(
        "public/site_map",
        commune=commune,
        layout=layout,
        labels=labels(towns, layout.frame, layout.dots) if layout.frame else [],
        named=named,
        tiles=tiles,
        most=COMMUNES_NAMED,
        missing_named=MISSING_NAMED,
        missing=layout.unknown + layout.far,
    )
