"""A printed pass or cover, filmed by a hand that shakes: Chromium's fake camera plays it for ever.

Both are of the project's own sheet. The hand turns and tilts it, the light is uneven, the lens
looks for its focus, the sensor is noisy. A film is JPEG pictures one after the other, played at 30
a second, so Pillow alone writes it.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from tests.documents import reading, samples
from tests.support.cast import Printed
from voucher_service.documents.booklet_sheets import BookletSheet, PassSlip, render_booklets

WIDTH, HEIGHT = 1280, 720

DPI = 254
"""Ten pixels a millimetre: a code of 30 mm fills less than half of the height, as in a hand."""

WAVES = 12
"""Different pictures of each pass; shown forth and back, they are a second of film and more."""

FOCUS = (2.4, 1.0, 0.6, 1.4)
"""Radii of the blur, in pixels, while the lens looks for its focus."""


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover of a booklet: its code holds the serial and nothing else."""

    serial: str


Paper = Printed | Cover | None
"""A pass, a cover, or the table without either."""


@dataclass(frozen=True, slots=True)
class Take:
    """What the camera sees for a while, and how it is held."""

    printed: Paper
    turn: float = 0
    """Degrees."""
    rounds: int = 1
    """How often the hand goes forth and back: each takes 0.8 s."""


def film(path: Path, takes: Sequence[Take]) -> Path:
    """Write a film; its path."""
    path.write_bytes(b"".join(picture for take in takes for picture in _pictures(take)))
    return path


def photo(path: Path, printed: Paper, turn: float = 0) -> Path:
    """One picture of a paper, or of the table, as a phone's own camera takes it."""
    path.write_bytes(_frame(_scene(printed), turn, WAVES // 2))
    return path


def _pictures(take: Take) -> list[bytes]:
    scene = _scene(take.printed)
    waves = [_frame(scene, take.turn, wave) for wave in range(WAVES)]
    return (waves + waves[::-1]) * take.rounds


def _scene(printed: Paper) -> Image.Image:
    """What lies before the camera: the code in the middle of the picture."""
    scene = Image.new("L", (2 * WIDTH, 2 * WIDTH), 120)
    if isinstance(printed, Cover):
        sheet = BookletSheet(printed.serial, samples.booklet(1).passes)
        scene.paste(_panel(sheet, 85), (WIDTH - 790, WIDTH - 390))
    elif printed:
        address, _, digits = printed.text.partition("#")
        slip = PassSlip(1, (f"{address}#", digits), printed.typed)
        scene.paste(_panel(BookletSheet("00000001", (slip,)), 1065), (WIDTH - 230, WIDTH - 370))
    return scene


def _panel(sheet: BookletSheet, left: int) -> Image.Image:
    """The cover of a sheet, or the first pass beside it, cut out: 95 mm by 90 mm."""
    page = next(reading.pictures(render_booklets([sheet], samples.TEXTS), DPI))
    return page.crop((left, 90, left + 950, 990))


def _frame(scene: Image.Image, turn: float, wave: int) -> bytes:
    """One picture of the scene, of the hand at some point of its way."""
    way = math.sin(math.pi * wave / WAVES)
    seen = scene.transform(
        (WIDTH, HEIGHT),
        Image.Transform.PERSPECTIVE,
        _view(math.radians(turn + 9 * way), 1.1 - 0.2 * way, 0.00012 * way, 0.0001),
        Image.Resampling.BILINEAR,
    )
    seen = seen.filter(ImageFilter.GaussianBlur(FOCUS[wave * len(FOCUS) // WAVES]))
    seen = ImageChops.multiply(seen, _light())
    seen = ImageChops.add(seen, _noise(wave % 3), scale=1, offset=-128)
    written = io.BytesIO()
    seen.save(written, "JPEG", quality=70)
    return written.getvalue()


def _view(angle: float, scale: float, tilt: float, lean: float) -> tuple[float, ...]:
    """Where each point of the picture is in the scene, both seen from their middles.

    (x, y) is at middle + scale · rotated(x, y) / (1 + tilt·x + lean·y): Pillow's eight numbers.
    """
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    x, y, middle = WIDTH / 2, HEIGHT / 2, float(WIDTH)
    unit = 1 - tilt * x - lean * y
    return tuple(
        number / unit
        for number in (
            middle * tilt + cosine,
            middle * lean - sine,
            middle * unit - cosine * x + sine * y,
            middle * tilt + sine,
            middle * lean + cosine,
            middle * unit - sine * x - cosine * y,
            tilt,
            lean,
        )
    )


@cache
def _light() -> Image.Image:
    """A window on one side: from full light down to less than half of it."""
    slope = Image.linear_gradient("L").rotate(65, Image.Resampling.BILINEAR)
    without_corners = slope.resize((WIDTH, HEIGHT), box=(40, 40, 216, 216))
    return without_corners.point(lambda value: 80 + value * 175 // 255)


@cache
def _noise(number: int) -> Image.Image:
    """The sensor's noise, around the grey of 128."""
    del number
    return Image.effect_noise((WIDTH, HEIGHT), 6)
