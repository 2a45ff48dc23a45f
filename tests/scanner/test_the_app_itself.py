"""The app as a phone loads it and keeps it; and training mode, which touches nobody."""

import json

from tests.support.counter import Counter
from tests.support.source import ROOT

MOST_BYTES = 600_000

TRAINING = json.loads((ROOT / "merchants/scanner/training/training.json").read_text())["passes"]


class Scales:
    """Weighs every answer on its way, its headers too."""

    def __init__(self):
        self.bytes = 0

    def __call__(self, application, environ, start):
        def begin(status, headers, *rest):
            self.bytes += sum(len(name) + len(value) + 4 for name, value in headers)
            return start(status, headers, *rest)

        parts = list(application(environ, begin))
        self.bytes += sum(map(len, parts))
        return parts


def test_it_weighs_little_once_and_then_nothing(phone, live):
    scales = live.meddler = Scales()
    code = live.hand_over()[0]
    counter = Counter(phone).pair().read(code)
    assert 100_000 < scales.bytes < MOST_BYTES
    live.asked.clear()
    counter.open().read(code)
    asked = {asked.path.partition("?")[0] for asked in live.asked}
    # The phone asks what is new, and the browser whether its keeper of files is.
    assert asked <= {"/scan/v1/trust", "/scan/v1/snapshot", "/scanner/sw.js"}


def test_training_touches_neither_the_network_nor_the_real_queue(phone, live):
    real = live.hand_over()[0]
    counter = Counter(phone).open()
    counter.press("training_try")
    counter.phone.see(counter.say("training_banner"))
    live.asked.clear()
    looks = {"accepted": "confirmed", "already_redeemed_elsewhere": "used"}
    for training in TRAINING[4:]:
        look = looks.get(training["shows"], "refused")
        counter.photograph(training["code"])
        counter.phone.page.locator(".tray > li, .covered .panel").first.wait_for()
        if counter.tray():
            counter.choose()
            counter.press("take")
        assert counter.told()[0] == look, training["shows"]
        counter.phone.see(counter.say("training_banner"))
        counter.next()
    look, said = counter.refused(real)
    assert look == "refused"
    assert said.startswith("C'est un vrai pass Quittez l'entraînement")
    assert [asked.path for asked in live.asked if "/scanner/" not in asked.path] == []
    assert counter.waiting() == []
    assert live.count("SELECT count(*) FROM redemption") == 0
