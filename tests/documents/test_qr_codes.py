import re
from typing import Any

import pytest
import segno
from PIL import Image, ImageDraw

from tests.documents import reading
from tests.documents.samples import ADDRESS, digits
from voucher_service.documents.qr_codes import QUIET_ZONE, CodeBatch, link_code


def painted(path, modules, scale=4):
    """The path as a picture: each rectangle of it filled."""
    picture = Image.new("L", (modules * scale, modules * scale), 255)
    draw = ImageDraw.Draw(picture)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        left, top = int(x) * scale, int(y) * scale
        draw.rectangle((left, top, left + int(width) * scale - 1, top + scale - 1), fill=0)
    return picture


@pytest.mark.parametrize(
    ("address", "version", "modules"),
    [
        (ADDRESS, 8, 49 + 2 * QUIET_ZONE),
        ("https://" + "a" * 33 + "/p#", 8, 49 + 2 * QUIET_ZONE),
        ("https://" + "a" * 34 + "/p#", 9, 53 + 2 * QUIET_ZONE),
    ],
    ids=["a host of 15 characters", "the longest host for version 8", "one more"],
)
def test_the_symbol_is_the_smallest_at_level_m_that_holds_the_address(address, version, modules):
    batch = CodeBatch((address, digits("1", 1)), count=1)
    assert (batch.version, batch.modules) == (version, modules)
    segments: Any = [address, digits("1", 1)]
    with pytest.raises(segno.DataOverflowError):
        segno.make(segments, version=version - 1, error="m", boost_error=False)


@pytest.mark.parametrize("length", [256, 257, 258], ids=["1 left over", "2 left over", "none"])
def test_a_batch_draws_what_segno_draws_bit_for_bit(length):
    like = (ADDRESS, "0" * length)
    one_by_one, by_linearity = CodeBatch(like, count=1), CodeBatch(like, count=10_000)
    for number in range(20):
        code = (ADDRESS, digits("00000042", number).zfill(length))
        assert by_linearity.path(code) == one_by_one.path(code)


def test_a_drawn_code_says_address_and_digits():
    code = (ADDRESS, digits("00000042", 3))
    batch = CodeBatch(code, count=1)
    assert reading.codes(painted(batch.path(code), batch.modules)) == ["".join(code)]


def test_a_link_is_drawn_with_its_quiet_zone():
    path, modules = link_code("https://pass.example.fr/verify/RA-2026-000001")
    assert reading.codes(painted(path, modules)) == [
        "https://pass.example.fr/verify/RA-2026-000001"
    ]
    assert min(int(x) for x in re.findall(r"M(\d+) ", path)) == QUIET_ZONE
