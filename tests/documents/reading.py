"""How a test reads a document: by picture, as a phone would, and by text, as a person would."""

from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def pictures(pdf: bytes, dpi: int, *, grey: bool = True) -> Iterator[Image.Image]:
    """The pages as pictures."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        yield page.render(scale=dpi / 72, grayscale=grey).to_pil()
    document.close()


def blurred(picture: Image.Image) -> Image.Image:
    """As from a worn copier: out of focus by a pixel."""
    return picture.filter(ImageFilter.GaussianBlur(1.0))


def places(picture: Image.Image) -> list[tuple[float, float, float, float]]:
    """Where the codes of a page of 210 mm are, in millimetres: left, top, right, bottom."""
    millimetre = picture.width / 210
    return [
        (
            code.position.top_left.x / millimetre,
            code.position.top_left.y / millimetre,
            code.position.bottom_right.x / millimetre,
            code.position.bottom_right.y / millimetre,
        )
        for code in zxingcpp.read_barcodes(picture, formats=QR)
    ]


def heights(pdf: bytes, wanted: str) -> set[float]:
    """How tall the glyphs of a text are on the first page, in millimetres."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0].get_textpage()
    start, count = page.search(wanted).get_next()
    boxes = [page.get_charbox(index) for index in range(start, start + count)]
    document.close()
    return {round((top - bottom) / 72 * 25.4, 2) for _, bottom, _, top in boxes}


def codes(picture: Image.Image) -> list[str]:
    """What the codes of a page say, in reading order."""
    found = zxingcpp.read_barcodes(picture, formats=QR)
    found.sort(key=lambda code: (code.position.top_left.y // 200, code.position.top_left.x))
    return [code.text for code in found]


def text(pdf: bytes) -> str:
    """The text of all pages, with plain spaces."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return " ".join(" ".join(pages).replace("\xa0", " ").split())


def page_count(pdf: bytes) -> int:
    document = pypdfium2.PdfDocument(pdf)
    count = len(document)
    document.close()
    return count
