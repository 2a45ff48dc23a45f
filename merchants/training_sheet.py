"""The training passes as a page to print, or to read from a screen. No real pass is shown here.

They are worth nothing: training mode alone trusts their key. Whoever reads one with an ordinary
camera comes to this page, which says so.
"""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Blueprint, Response, render_template, request

from merchants.scanner_pages import known_files
from merchants.verdicts import sentences as verdicts
from voucher_service.documents.qr_codes import CodeBatch
from voucher_service.http.language import language
from voucher_service.http.services import services
from voucher_service.resources import shipped

blueprint = Blueprint("training", __name__, url_prefix="/scanner")

MODULE_MM = 0.6
"""As large as a real pass is best printed."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A training pass: its code as a path in a square of modules, and what a phone says of it."""

    path: str
    modules: int
    typed: str
    shows: str

    @property
    def side_mm(self) -> float:
        """How large the code is, with its quiet zone."""
        return round(self.modules * MODULE_MM, 1)


@blueprint.get("/training")
def sheet() -> Response:
    """All of them, for whoever teaches or learns the counter."""
    said = language()
    page = Response(
        render_template(
            "merchants/training.html",
            language=said,
            t=_words()[said],
            passes=_drawn(services().settings.base_url.rstrip("/")),
            says={reason: known[said]["title"] for reason, known in verdicts().items()},
        )
    )
    page.headers["Content-Language"] = said
    page.headers["Cache-Control"] = "no-cache"
    page.vary.add("Accept-Language")
    page.add_etag()
    page.make_conditional(request)
    return page


@cache
def _drawn(base_url: str) -> tuple[Drawn, ...]:
    """The passes behind this page's own address, in two segments as on real sheets."""
    passes: list[dict[str, Any]] = json.loads(known_files()["training/training.json"].content)[
        "passes"
    ]
    codes = [(f"{base_url}/scanner/training#", one["code"]) for one in passes]
    batch = CodeBatch(codes[0], len(codes))
    return tuple(
        Drawn(batch.path(code), batch.modules, one["typed"], one["shows"])
        for code, one in zip(codes, passes, strict=True)
    )


@cache
def _words() -> dict[str, dict[str, str]]:
    path = shipped("templates") / "merchants" / "training.toml"
    return tomllib.loads(path.read_text("utf-8"))
