from datetime import date

from tests.documents import reading
from tests.documents.samples import ADDRESS
from voucher_service.documents.trial_page import render_trial_page


def test_the_page_has_a_ruler_and_a_code_that_is_no_pass():
    page = render_trial_page((ADDRESS, "0" * 256), date(2026, 12, 1))
    (picture,) = reading.pictures(page, 150)
    assert reading.codes(picture) == [ADDRESS + "0" * 256]
    assert "0 10 20 30 40 50 60 70 80 90 100" in reading.text(page)
    assert "600 µm par module" in reading.text(page)
