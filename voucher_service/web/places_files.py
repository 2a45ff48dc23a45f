"""Places from a file, at the operator's desk and at an association's: bring, look, take over.

The first act changes nothing: it shows every fault, or all that would change. The second writes the
whole file or nothing.
"""

import csv
import io
from typing import Any

from flask import Response

from voucher_service.actions import importing
from voucher_service.actions.importing import Terms
from voucher_service.core.places import Fault, Plan
from voucher_service.core.posts import House, Post
from voucher_service.documents.place_faults import what, where
from voucher_service.http.body import Body
from voucher_service.store.queries.places_files import files
from voucher_service.web.desks import Desk, Page, See, Upload, Visit

CSV = (
    "text/csv",
    "text/plain",
    "application/csv",
    "application/vnd.ms-excel",
    "application/octet-stream",
)
"""What browsers call a CSV file, by system and by what is installed there."""

LARGEST = 20 * 1024 * 1024
FAULTS_SHOWN, CHANGES_SHOWN = 100, 50


class Bringing(Body):
    """What to do with places of associations that are not here."""

    leave_out: bool = False


def declare_places(desk: Desk, house: House, posts: frozenset[Post]) -> None:
    """Declare the pages and forms of files of places; ``posts`` may bring and take over."""
    base = f"/{house}/places"

    def places_import(visit: Visit) -> Page:
        """Where to bring a file, and those that were brought."""
        return Page(
            "desk/places_import.html",
            base=base,
            files=files(visit.session, visit.tenant),
            may=visit.post in posts,
        )

    def bring_places(visit: Visit, given: Bringing, file: Upload) -> See:
        """Keep a file, to be looked at."""
        producer = visit.services.settings.issuer_siret
        terms = Terms(producer, visit.tenant, given.leave_out)
        name = file.name[:100] or "lieux.csv"
        number = importing.bring(visit.session, name, file.content, terms, visit.actor, visit.now)
        return See(f"{base}/files/{number}")

    def places_file(visit: Visit, file: int) -> Page:
        """Everything that is wrong with a file, or all that it would change."""
        row, plan = _look(visit, file)
        language = visit.language
        shown = [(where(f, language), f.field, what(f, language)) for f in plan.faults]
        return Page(
            "desk/places_file.html",
            base=base,
            row=row,
            plan=plan,
            faults=shown[:FAULTS_SHOWN],
            changes=plan.changed[:CHANGES_SHOWN],
            may=visit.post in posts,
        )

    def places_faults(visit: Visit, file: int) -> Response:
        """Every fault of a file, for a spreadsheet."""
        answer = Response(_faults_csv(_look(visit, file)[1].faults, visit.language))
        answer.content_type = "text/csv; charset=utf-8"
        answer.headers["Content-Disposition"] = 'attachment; filename="erreurs.csv"'
        return answer

    def take_places_over(visit: Visit, file: int) -> See:
        """Write what a file says, all of it."""
        producer = visit.services.settings.issuer_siret
        done = importing.take_over(
            visit.session, file, producer, visit.tenant, visit.actor, visit.now
        )
        said = {"added": len(done.new), "changed": len(done.changed)}
        return See(f"{base}/files/{file}", said="places_taken", **said)

    desk.page("/places/import", posts=posts)(places_import)
    desk.form(
        "/places/import", posts=posts, body=Bringing, file=CSV, largest=LARGEST, again=places_import
    )(bring_places)
    desk.page("/places/files/<id:file>", posts=posts)(places_file)
    desk.page("/places/files/<id:file>/faults.csv", posts=posts)(places_faults)
    desk.form("/places/files/<id:file>", posts=posts, again=places_file)(take_places_over)


def _look(visit: Visit, file: int) -> tuple[Any, Plan]:
    producer = visit.services.settings.issuer_siret
    return importing.look_again(visit.session, file, producer, visit.tenant, visit.now)


def _faults_csv(faults: tuple[Fault, ...], language: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    for fault in faults:
        # A sentence begins with a letter or a quote of ours: it is no formula.
        writer.writerow([fault.line, fault.field, what(fault, language)])
    return text.getvalue().encode("utf-8-sig")
