import hashlib
from datetime import date

import pytest

from voucher_service.documents import typesetting
from voucher_service.documents.typesetting import compile_pdf, drawable
from voucher_service.resources import shipped

FONTS = {
    "PublicSans-Bold.ttf": "16541f5191b26f43df1a70780bd3c624c77cd1d5297604b405c7a8c56f208241",
    "PublicSans-Regular.ttf": "c90eb75f0501c311d8ca73725c741bf1262bd99d3fcef444f49aa98bb4118674",
}


def template(monkeypatch, tmp_path, body):
    (tmp_path / "one.typ").write_text(body)
    monkeypatch.setattr(typesetting, "_TEMPLATES", tmp_path)


def test_a_font_that_we_do_not_ship_is_an_error_not_a_substitution(monkeypatch, tmp_path):
    template(monkeypatch, tmp_path, '#set document(title: "x")\n#set text(font: "Arial")\nA')
    with pytest.raises(ValueError, match="unknown font family: arial"):
        compile_pdf("one", {}, date(2026, 12, 1))


def test_whatever_drawable_lets_through_has_a_glyph(monkeypatch, tmp_path):
    body = (
        '#set document(title: "x", date: datetime(year: 2026, month: 12, day: 1))\n'
        '#set text(font: ("Public Sans", "DejaVu Sans Mono"))\n#json(bytes(sys.inputs.data)).text'
    )
    template(monkeypatch, tmp_path, body)
    everything = " ".join(map(chr, (*range(0xD800), 0x1F600)))
    assert compile_pdf("one", {"text": everything}, date(2026, 12, 1)).startswith(b"%PDF")


def test_french_is_left_as_it_is():
    french = "Œuvre, cœur, ça, naïf, où, Noël, à 5 € – l’été − 1 « ici »… 1\u00a0234\u202f567"
    assert drawable({"name": [french, 1, None, True]}) == {"name": [french, 1, None, True]}


def test_the_fonts_are_the_ones_that_their_makers_published():
    folder = shipped("templates") / "documents" / "fonts"
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.ttf")
    }
    assert found == FONTS
    assert "SIL Open Font License" in (folder / "OFL.txt").read_text()
