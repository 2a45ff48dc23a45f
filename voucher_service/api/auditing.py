"""The auditor's report over HTTP: for machines, or as a page. Nothing here writes.

On a large scheme it takes as long as reading everything again: say since when, or use the command.
"""

from datetime import datetime, time
from functools import partial

from flask import Response, request

from voucher_service.actions.auditing import audit as look_again
from voucher_service.actions.auditing_bank import Bank
from voucher_service.api.shapes.auditing import AuditIn, AuditOut
from voucher_service.api.v1 import API, OVERSEERS
from voucher_service.core.campaign import PARIS
from voucher_service.documents import audit_report
from voucher_service.documents.proofreading import proofread
from voucher_service.http.endpoint import Call
from voucher_service.http.problems import problem
from voucher_service.payments.bank_statements import read_bank_file
from voucher_service.payments.sepa import pain_001

JSON, PDF = "application/json", "application/pdf"
MEDIA = (JSON, PDF)


@API.get(
    "/ledger/audit",
    roles=OVERSEERS,
    query=AuditIn,
    answer=AuditOut,
    media_types=MEDIA,
    problems=(406,),
)
def audit(call: Call, query: AuditIn) -> AuditOut | Response:
    """Check every document, transfer, number, seal and rule again, and name what is wrong."""
    accepted = request.accept_mimetypes
    media_type = accepted.best_match(MEDIA) if accepted else JSON
    if media_type is None:
        return problem(406, "not_acceptable", f"A report comes as {', '.join(MEDIA)}.")
    settings, now = call.services.settings, call.services.now()
    since = datetime.combine(query.since, time.min, PARIS) if query.since else None
    drawn = partial(proofread, base_url=settings.base_url)
    report = look_again(call.session, drawn, since, now, Bank(read_bank_file, pain_001))
    if media_type == PDF:
        page = audit_report.to_pdf(report, settings.issuer_name, query.language)
        response = Response(page, content_type=PDF)
        response.headers["Vary"] = "Accept"
        return response
    return AuditOut.model_validate(audit_report.facts(report), strict=False)
