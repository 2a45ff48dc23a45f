"""Charts: readable without colours, by machines and on a phone; nothing that the policy forbids."""

import re
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from voucher_service.web.charts import Bar, Caption, Stack, bars, line, stacked

WHAT = Caption("sites", "Où les pass servent", "PiNG en tête, avec 7 pass.")
SVG = "{http://www.w3.org/2000/svg}"


def read(chart: Markup) -> ET.Element:
    return ET.fromstring(str(chart))  # noqa: S314 - our own


def texts(chart: Markup) -> list[str]:
    return [element.text or "" for element in read(chart).iter("text")]


ALL = [
    bars(WHAT, [Bar("PiNG", 7, "7"), Bar("Alis44", 3, "3")]),
    stacked(WHAT, ["utilisés", "remis", "en stock"], [Stack("CCAS", [5, 3, 2], "10")]),
    line(WHAT, [Bar("oct. 26", 3, "3"), Bar("nov. 26", 7, "7")]),
]


@pytest.mark.parametrize("chart", ALL)
def test_a_chart_says_what_it_is_and_what_it_shows(chart: Markup) -> None:
    picture = read(chart)
    assert picture.attrib["role"] == "img"
    for name in picture.attrib["aria-labelledby"].split():
        (found,) = [one for one in picture.iter() if one.attrib.get("id") == name]
        assert found.text in {WHAT.title, WHAT.desc}


@pytest.mark.parametrize("chart", ALL)
def test_nothing_in_it_is_styled_or_run_or_fetched(chart: Markup) -> None:
    assert not re.search(r"style|<script|\son\w+=|href|http", str(chart))


def test_the_longest_bar_is_whole_and_the_others_are_parts_of_it() -> None:
    widths = [
        one.attrib["width"] for one in read(ALL[0]).iter("rect") if one.attrib.get("class") == "bar"
    ]
    assert widths == ["100.00%", "42.86%"]
    assert texts(ALL[0]) == ["PiNG", "7", "Alis44", "3"]


def test_a_bar_may_be_read_against_a_whole_that_is_not_shown() -> None:
    chart = bars(WHAT, [Bar("remis", 5, "5")], whole=10)
    assert 'width="50.00%"' in chart


def test_parts_of_a_bar_follow_each_other_with_fillings_of_their_own() -> None:
    rects = [one for one in read(ALL[1]).iter("rect") if one.attrib.get("x", "").endswith("%")]
    assert [(one.attrib["x"], one.attrib["width"]) for one in rects] == [
        ("0.00%", "50.00%"),
        ("50.00%", "30.00%"),
        ("80.00%", "20.00%"),
    ]
    fillings = [(one.attrib["class"], one.attrib.get("fill")) for one in rects]
    assert len(set(fillings)) == 3


def test_a_line_rises_and_says_its_largest_figure() -> None:
    first, second = read(ALL[2]).iter("circle")
    assert float(first.attrib["cy"]) > float(second.attrib["cy"])
    assert texts(ALL[2]) == ["oct. 26", "nov. 26", "7"]


def test_labels_of_three_years_of_months_do_not_touch() -> None:
    points = [Bar(f"{month}", month, str(month)) for month in range(36)]
    assert len(texts(line(WHAT, points))) == 6 + 1


def test_words_of_people_stay_words() -> None:
    chart = bars(WHAT, [Bar("<b>Café & co</b>", 1, "1")])
    assert texts(chart) == ["<b>Café & co</b>", "1"]


def test_a_long_name_is_cut_beside_its_figure() -> None:
    name = "Maison de quartier et centre socioculturel des Dervallières"
    assert texts(bars(WHAT, [Bar(name, 1, "1")]))[0].endswith("…")


@pytest.mark.parametrize("chart", [bars(WHAT, []), line(WHAT, []), stacked(WHAT, ["a"], [])])
def test_nothing_to_show_is_still_a_picture(chart: Markup) -> None:
    assert read(chart).tag == "svg"


def test_all_zeros_are_empty_bars() -> None:
    assert 'width="0.00%"' in bars(WHAT, [Bar("PiNG", 0, "0")])
