"""A printed pass before the camera: read at once, spent once, and told so the second time."""

import pytest

from tests.support.counter import Counter
from tests.support.film import Take, film

WATCH = """
globalThis.seen = {};
const frames = (video) => video.getVideoPlaybackQuality().totalVideoFrames;
document.addEventListener('playing', ({target}) => {
  Object.assign(seen, {began: performance.now(), before: frames(target)});
}, {capture: true, once: true});
new MutationObserver((_, watching) => {
  if (!document.querySelector('.tray > li')) return;
  watching.disconnect();
  const video = document.querySelector('video');
  Object.assign(seen, {read: performance.now(), after: frames(video), stalls: video.paused});
}).observe(document.body, {childList: true, subtree: true});
"""
"""When the film begins, and when the first pass is in the list: as times and as pictures shown."""

A_SECOND_OF_FILM = 30
"""Pictures. A slow machine shows fewer of them in a second, and never more."""


@pytest.fixture
def filming(phones, live, tmp_path):
    """A paired phone before whose camera a first pass is held, turned by some degrees."""

    def film_of(turn=0):
        live.hand_over()
        printed = live.world.printed(live.nantes.serials[0])[0]
        shown = film(tmp_path / "pass.mjpeg", [Take(printed, turn)])
        return Counter(phones.new(film=shown)).pair()

    return film_of


@pytest.mark.parametrize("turn", [0, 90])
def test_a_pass_is_read_within_a_second_of_film(filming, turn, record_property):
    counter = filming(turn)
    counter.phone.run(WATCH)
    counter.press("start_reading")
    counter.phone.page.locator(".tray > li").wait_for()
    seen = counter.phone.run("return seen")
    record_property("milliseconds", seen["read"] - seen["began"])
    assert seen["after"] - seen["before"] < A_SECOND_OF_FILM
    assert counter.tray() == [
        "10 € · Pass 1 Vrai pass Jusqu'au 31 décembre 2027 Pass numérique Nantes"
    ]


def test_a_pass_on_film_is_confirmed_and_spent_and_the_same_film_is_told_apart(filming, live):
    counter = filming()
    counter.press("start_reading")
    counter.phone.page.locator(".tray > li").wait_for()
    assert live.count("SELECT count(*) FROM redemption") == 0, "reading never spends"
    counter.choose()
    counter.press("take")
    assert counter.told() == ("confirmed", "Pass encaissé. 10 € C'est fini. Rendez le carnet.")
    assert live.count("SELECT count(*) FROM redemption") == 1
    assert live.count("SELECT sum(cents) FROM transfer WHERE kind = 'use'") == 1000
    counter.next()  # the same film still runs
    look, said = counter.told()
    assert look == "used"
    assert said.startswith("Ce pass a déjà été utilisé ici Le 16 novembre à 10 h 0")
    assert live.count("SELECT count(*) FROM redemption") == 1
    assert live.problems() == []
