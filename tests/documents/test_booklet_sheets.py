import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pypdf
import pytest

from tests.documents import reading
from tests.documents.samples import ADDRESS, TEXTS, booklet, digits
from voucher_service.documents.booklet_sheets import BookletSheet, control_sum, render_booklets


@pytest.fixture(scope="module")
def print_run():
    """200 booklets of five passes, as the press gets them."""
    return render_booklets([booklet(index) for index in range(1, 201)], TEXTS)


def pages_that_misread(pdf, dpi, spoil=lambda picture: picture):
    """The pages whose codes are not exactly those of the booklet that belongs there, and its
    serial on the cover.
    """
    return [
        index
        for index, picture in enumerate(reading.pictures(pdf, dpi), start=1)
        if sorted(reading.codes(spoil(picture)))
        != sorted(
            [
                f"{index:08d}",
                *(ADDRESS + digits(f"{index:08d}", number) for number in range(1, 6)),
            ]
        )
    ]


def test_a_thousand_codes_read_at_300_dpi_each_on_the_page_of_its_booklet(print_run):
    assert pages_that_misread(print_run, 300) == []


def test_a_thousand_codes_read_from_a_blurred_grey_copy_at_150_dpi(print_run):
    assert pages_that_misread(print_run, 150, reading.blurred) == []


def test_each_code_stands_on_the_panel_that_names_its_pass():
    """Cut the page into its panels and read each alone, by picture and by text."""
    pdf = render_booklets([booklet(7)], TEXTS)
    (page,) = pypdf.PdfReader(BytesIO(pdf)).pages
    (picture,) = reading.pictures(pdf, 300)
    millimetre = picture.width / 210
    assert len(page.images) == 0, "the codes are drawn, not photographed"
    for number in range(1, 6):
        row, column = divmod(number, 2)
        left, top = 8.5 + 98 * column, 9 + 93 * row
        panel = picture.crop(
            (
                round(left * millimetre),
                round(top * millimetre),
                round((left + 95) * millimetre),
                round((top + 90) * millimetre),
            )
        )
        assert reading.codes(panel) == [ADDRESS + digits("00000007", number)]


def test_a_code_is_large_enough_and_eight_millimetres_from_every_cut():
    (picture,) = reading.pictures(render_booklets([booklet(7)], TEXTS), 300)
    cover, *passes = sorted(reading.places(picture), key=lambda place: place[2] - place[0])
    assert cover[2] - cover[0] == pytest.approx(16 * 21 / 29, abs=0.3)
    assert len(passes) == 5
    for left, top, right, bottom in passes:
        assert right - left == pytest.approx(49 * 0.6, abs=0.3)
        assert bottom - top == pytest.approx(49 * 0.6, abs=0.3)
        assert min((left - 8.5) % 98, (top - 9) % 93) > 7.9
        assert max((right - 8.5) % 98 - 95, (bottom - 9) % 93 - 90) < -8


def test_the_code_to_type_is_four_millimetres_tall():
    letters = booklet(7).passes[0].typed.replace("-", "")[:4]
    assert min(reading.heights(render_booklets([booklet(7)], TEXTS), letters)) >= 4


def test_long_names_stay_within_the_cuts():
    texts = replace(
        TEXTS,
        last_day=None,
        validity_sentence="pendant 6 mois après la remise, au plus tard le 31 décembre 2028",
        face_value_cents=1250,
        campaign_name="Parcours d’autonomie des habitants du Maine-et-Loire et de la Mayenne 2027",
        funders=(
            *TEXTS.funders,
            "Conseil régional des Pays de la Loire",
            "Département de la Mayenne",
        ),
        page_host="pass-numerique.paysdelaloire.fr",
    )
    (picture,) = reading.pictures(render_booklets([booklet(7)], texts), 150)
    millimetre = picture.width / 210
    for row in (1, 2):
        gutter = 9 + 93 * row - 2.5
        between = [round(mm * millimetre) for mm in (10, gutter, 102, gutter + 2)]
        darkest, _ = picture.crop((between[0], between[1], between[2], between[3])).getextrema()
        assert darkest == 255


def test_ten_passes_take_two_pages_and_a_replacement_of_three_takes_one():
    ten = render_booklets([booklet(1, passes=10)], TEXTS)
    three = render_booklets([booklet(2, passes=3)], TEXTS)
    assert [len(reading.codes(page)) for page in reading.pictures(ten, 150)] == [6, 6]
    assert [len(reading.codes(page)) for page in reading.pictures(three, 150)] == [4]
    assert "Pass 10 sur 10" in reading.text(ten)
    assert "Vos 3 pass numériques" in reading.text(three)


def test_a_pass_says_what_it_is_worth_until_when_and_whom_to_call():
    said = reading.text(render_booklets([booklet(1)], TEXTS))
    for words in (
        "Pass numérique 10 €",
        "À utiliser jusqu’au 31 décembre 2027",
        "Carnet 00000001 Pass 5 sur 5",
        booklet(1).passes[4].typed,
        "Une question ? 02 40 00 00 00",
        "Payé par Département de Loire-Atlantique, Nantes Métropole et Caisse d’allocations",
    ):
        assert words in said


def test_where_validity_counts_from_the_handover_the_pass_says_how():
    texts = replace(
        TEXTS,
        last_day=None,
        validity_sentence="6 mois après la remise, au plus tard le 31 mai 2028",
    )
    said = reading.text(render_booklets([booklet(1)], texts))
    assert "À utiliser 6 mois après la remise, au plus tard le 31 mai 2028" in said


def test_a_slice_of_a_print_run_keeps_its_place_in_the_run():
    said = reading.text(render_booklets([booklet(41), booklet(42)], TEXTS, first=41, total=2000))
    assert f"Carnet 41 sur 2000 · 00000041 · page 1 sur 1 · contrôle {control(41)}" in said
    assert f"Carnet 42 sur 2000 · 00000042 · page 1 sur 1 · contrôle {control(42)}" in said


def control(index):
    return control_sum(booklet(index).passes)


def test_the_control_sum_changes_with_any_pass_of_the_sheet():
    passes = booklet(1).passes
    assert re.fullmatch(r"[0-9A-F]{4}-[0-9A-F]{4}", control_sum(passes))
    assert control_sum(passes) != control_sum((*passes[:4], booklet(2).passes[4]))


@pytest.mark.parametrize("booklets", [2, 12], ids=["tagged", "joined"])
def test_two_renderings_are_the_same_bytes(booklets):
    sheets = [booklet(index) for index in range(1, booklets + 1)]
    assert render_booklets(sheets, TEXTS) == render_booklets(iter(sheets), TEXTS)


@pytest.mark.parametrize("booklets", [2, 12], ids=["tagged", "joined"])
def test_every_font_is_inside_the_file_and_it_claims_to_be_an_archive(booklets):
    pdf = render_booklets([booklet(index) for index in range(1, booklets + 1)], TEXTS)
    reader: Any = pypdf.PdfReader(BytesIO(pdf))
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            (inner,) = font.get_object()["/DescendantFonts"].get_object()
            described = inner.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & described.keys()
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata


def test_there_must_be_something_to_print():
    with pytest.raises(ValueError, match="no booklet"):
        render_booklets([], TEXTS)


def test_passes_of_another_address_are_refused_within_one_run():
    mixed = [booklet(1), booklet(2, address="https://other.example.fr/p#")]
    with pytest.raises(ValueError, match="one address"):
        render_booklets(mixed, TEXTS)


def test_an_address_that_would_make_modules_too_small_is_refused():
    endless = BookletSheet("00000001", booklet(1, address=f"https://{'a' * 300}.fr/p#").passes)
    with pytest.raises(ValueError, match="too long"):
        render_booklets([endless], TEXTS)
