"""The papers that go with a booklet: one page each, with places near the point, and no code."""

import pypdfium2
import pytest

from tests.support.problems import refused


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return str(document[0].get_textpage().get_text_bounded())


@pytest.mark.parametrize("which", ["letter", "slip"])
def test_a_clerk_prints_the_paper_of_a_booklet_of_its_point(service, nantes, which: str):
    ccas = service.by("distributor", nantes.ccas)
    answer = ccas.get(f"/booklets/{nantes.serials[0]}/{which}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    text = words(answer.data)
    assert nantes.serials[0] in text
    assert "PiNG" in text
    assert "#" not in text


def test_another_points_booklet_has_no_paper_here(service, nantes):
    elsewhere = service.by("distributor", nantes.france_services)
    refused(elsewhere.get(f"/booklets/{nantes.serials[0]}/letter"), 404, "not_found")
