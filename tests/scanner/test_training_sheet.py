"""The sheet of training passes, as people see it, print it and read it."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from merchants.training_sheet import _words
from merchants.verdicts import sentences
from tests.documents.reading import QR, pictures
from tests.scanner.test_training import PASSES
from tests.support.cast import BASE_URL
from tests.support.source import ROOT

CODES = {f"{BASE_URL}/scanner/training#{one['code']}" for one in PASSES}


def read(picture: Image.Image) -> list[str]:
    """The codes of a picture, as a phone reads them."""
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=QR)]


def test_a_phone_reads_every_code_from_a_screen(phone):
    phone.open("/scanner/training")
    shown = Image.open(BytesIO(phone.page.screenshot(full_page=True)))
    assert sorted(read(shown)) == sorted(CODES)


def test_it_prints_on_one_page_whose_codes_are_read(phone):
    paper = phone.open("/scanner/training").page.pdf(format="A4", prefer_css_page_size=True)
    [page] = pictures(paper, 150)
    assert sorted(read(page)) == sorted(CODES)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_beside_each_code_stands_what_the_phone_says_of_it(phones, language):
    phone = phones.new(language={"fr": "fr-FR", "en": "en-GB"}[language])
    phone.open("/scanner/training")
    panels = phone.page.get_by_role("listitem").all_inner_texts()
    words = _words()[language]
    for one, panel in zip(PASSES, panels, strict=True):
        assert words["worthless"] in panel
        assert one["typed"] in panel
        good = one["shows"] == "accepted"
        title = words["accepted"] if good else sentences()[one["shows"]][language]["title"]
        assert panel.rstrip().endswith(title)
    assert phone.page.locator("html").get_attribute("lang") == language


def test_everybody_can_read_it(phone):
    phone.open("/scanner/training")
    assert phone.barriers() == []
    phone.page.set_viewport_size({"width": 320, "height": 640})
    assert not phone.scrolls_sideways()


def test_every_sentence_is_said_in_both_languages():
    french, english = _words()["fr"], _words()["en"]
    assert french.keys() == english.keys()
    page = (ROOT / "templates" / "merchants" / "training.html").read_text("utf-8")
    assert all(f"t.{name} " in page for name in french)
