"""The two pictures of the README: ``python -m tests.documents.make_pictures``."""

from pathlib import Path

from PIL import Image

from tests.documents import reading
from tests.documents.samples import PROOF, TEXTS, association_statement, booklet
from tests.support.source import ROOT
from voucher_service.documents.booklet_sheets import render_booklets
from voucher_service.documents.statement import to_pdf

FOLDER = ROOT / "deploy" / "pictures"
COLOURS = 32


def save(picture: Image.Image, path: Path) -> None:
    picture.quantize(COLOURS).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    sheet = next(reading.pictures(render_booklets([booklet(123)], TEXTS), 130, grey=False))
    upper_third = (0, 0, sheet.width, round(sheet.height * 103 / 297))
    save(sheet.crop(upper_third), FOLDER / "pass.png")
    statement = to_pdf(association_statement(), PROOF)
    save(next(reading.pictures(statement, 100, grey=False)), FOLDER / "statement.png")


if __name__ == "__main__":
    main()
