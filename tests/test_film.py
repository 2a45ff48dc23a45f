"""The film that the fake camera plays shows a pass as a hand holds it, and Chromium plays it."""

import io
from base64 import b64decode
from itertools import pairwise

import pytest
from PIL import Image

from tests.documents import reading, samples
from tests.support import film
from tests.support.cast import Printed
from voucher_service.http.headers import allow_camera

PASS = Printed(samples.ADDRESS + samples.digits("00000123", 1), samples.typed("00000123", 1))

FILMED = """const video = document.createElement('video');
  video.srcObject = await navigator.mediaDevices.getUserMedia({video: {width: 1280, height: 720}});
  await video.play();
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const pictures = [];
  while (pictures.length < 10) {
    await new Promise((next) => { video.requestVideoFrameCallback(next); });
    canvas.getContext('2d').drawImage(video, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
    pictures.push(bytes.toBase64());
  }
  return pictures"""


def frames(path):
    """The pictures of a film."""
    data = path.read_bytes()
    starts = [0]
    while (found := data.find(b"\xff\xd8\xff", starts[-1] + 1)) > 0:
        starts.append(found)
    parts = (data[begin:end] for begin, end in pairwise([*starts, len(data)]))
    return [Image.open(io.BytesIO(part)) for part in parts]


@pytest.mark.parametrize("turn", [0, 90, 200])
def test_a_pass_is_read_in_most_pictures_but_not_while_the_lens_looks_for_it(tmp_path, turn):
    shown = frames(film.film(tmp_path / "film.mjpeg", [film.Take(PASS, turn)]))
    read = [reading.codes(picture) for picture in shown]
    assert len(read) == 24
    assert all(found in ([], [PASS.text]) for found in read)
    assert 0 < read.count([]) < 8


def test_a_table_without_a_pass_shows_no_code(tmp_path):
    shown = frames(film.film(tmp_path / "film.mjpeg", [film.Take(None, rounds=2)]))
    assert [reading.codes(picture) for picture in shown] == [[]] * 48


def test_a_photo_of_a_pass_is_sharp(tmp_path):
    (picture,) = frames(film.photo(tmp_path / "pass.jpg", PASS))
    assert reading.codes(picture) == [PASS.text]


def test_chromium_s_camera_sees_the_film(phones, live, tmp_path):
    live.service.app.before_request(allow_camera)
    shown = film.film(tmp_path / "film.mjpeg", [film.Take(PASS)])
    filmed = phones.new(film=shown).open("/p").run(FILMED)
    pictures = [Image.open(io.BytesIO(b64decode(picture))) for picture in filmed]
    assert {picture.size for picture in pictures} == {(film.WIDTH, film.HEIGHT)}
    assert [PASS.text] in [reading.codes(picture) for picture in pictures]
