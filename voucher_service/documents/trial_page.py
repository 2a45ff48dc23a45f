"""The page that is printed, measured and scanned before a run of booklets is allowed."""

from datetime import date

from voucher_service.documents.booklet_sheets import module_mm
from voucher_service.documents.qr_codes import CodeBatch, Segments
from voucher_service.documents.typesetting import compile_pdf


def render_trial_page(sample: Segments, dated: date) -> bytes:
    """A ruler of 100 mm and a code of the size that passes will have.

    ``sample`` has the run's own address, and digits that are no pass (zeros, for example).
    """
    codes = CodeBatch(sample, count=1)
    return compile_pdf(
        "trial_page",
        {
            "path": codes.path(sample),
            "modules": codes.modules,
            "module_um": round(module_mm(codes) * 1000),
        },
        dated,
    )
