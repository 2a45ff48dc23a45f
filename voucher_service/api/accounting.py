"""The accounting file over HTTP, for the accountant's own software. Nothing here writes."""

from flask import Response

from voucher_service.api.shapes.accounting import FecIn
from voucher_service.api.v1 import API, OVERSEERS
from voucher_service.core.campaign import paris_day
from voucher_service.documents.fec import ENCODING, PIPE, TAB
from voucher_service.documents.fec_files import FecFile, chart_of, exercise
from voucher_service.http.endpoint import Call

TEXT = "text/plain"


@API.get("/ledger/fec", roles=OVERSEERS, query=FecIn, media_types=(TEXT,), problems=(409,))
def fec(call: Call, query: FecIn) -> Response:
    """Get the accounting file (FEC) of some days that are over."""
    settings = call.services.settings
    days = exercise(query.first, query.last, paris_day(call.services.now()))
    separator = PIPE if query.separator == "pipe" else TAB
    made = FecFile(settings.issuer_siret, days, chart_of(settings.chart_file), separator)
    content = b"".join(made.lines(call.session))
    response = Response(content, content_type=f"{TEXT}; charset={ENCODING}")
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response
