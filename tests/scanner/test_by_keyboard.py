"""A whole visit without a finger: everything is reached with Tab, pressed with Enter, and seen."""

import pytest

from tests.support.counter import Counter

MOST_STOPS = 25

STOP = """() => {
  const held = document.activeElement;
  const box = (held.labels?.[0] && held.type === "radio" ? held.labels[0] : held)
    .getBoundingClientRect();
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const shown = box.width < 2 || there === held || held.contains(there)
    || held.labels?.[0]?.contains(there);
  return {says: held.ariaLabel || held.innerText || held.labels?.[0]?.innerText || "",
    role: held.type || held.tagName, shown};
}"""


@pytest.fixture
def tab(phone):
    """Move the focus on to what bears these words; every stop on the way must be in sight."""

    def tab(words):
        for _ in range(MOST_STOPS):
            phone.page.keyboard.press("Tab")
            stop = phone.page.evaluate(STOP)
            assert stop["shown"], stop
            if words in stop["says"].replace("\u00a0", " "):
                return
        raise AssertionError(f"{words} is not reached")

    return tab


def test_pairing_typing_spending_and_taking_back_by_keyboard_alone(phone, live, tab):
    live.hand_over()
    typed = live.world.printed(live.nantes.serials[0])[0].typed
    counter = Counter(phone).open()
    keys = phone.page.keyboard

    def press(name):
        tab(counter.say(name))
        keys.press("Enter")

    tab(counter.say("pair_typed"))
    keys.type(live.pairing_code())
    keys.press("Enter")
    phone.see(counter.say("name_title"))
    tab(counter.say("name_label"))
    keys.type("Accueil")
    keys.press("Enter")
    phone.see(counter.say("paired_title"))
    press("start")
    phone.see(counter.say("start_reading"))
    press("type_code")
    keys.type(typed)
    keys.press("Enter")
    phone.see(typed)
    press("choose_service")
    tab("Aide aux démarches administratives")
    keys.press("Space")
    press("take_passes")
    assert counter.told()[0] == "confirmed"
    press("undo")
    tab(counter.say("undo_wrong_pass"))
    keys.press("Space")
    press("undo_go")
    phone.see(counter.say("undo_done"))
    press("next_pass")
    phone.see(counter.say("type_code"))


def test_a_typed_code_is_mended_with_backspace_across_its_fields(phone):
    counter = Counter(phone).pair()
    counter.press("type_code")
    keys = phone.page.keyboard
    keys.type("xnwc fesf-eyo")  # O is 0 on paper; the focus is in the third field
    for _ in range(4):
        keys.press("Backspace")
    keys.type("FEYY1")
    fields = phone.page.locator("input.code")
    assert [field.input_value() for field in fields.all()] == ["XNWC", "FESF", "EYY1"]
    counter.press("typed_add")
    assert "XNWC-FESF-EYY1" in counter.tray()[0]


def test_a_whole_typed_code_may_be_pasted(phone):
    counter = Counter(phone).pair()
    counter.press("type_code")
    phone.run(
        """const data = new DataTransfer();
        data.setData("text", "XNWC-FESF-EYY1");
        document.activeElement.dispatchEvent(
          new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));"""
    )
    counter.press("typed_add")
    assert "XNWC-FESF-EYY1" in counter.tray()[0]


def test_the_phone_s_own_back_button_leads_to_reading_and_keeps_what_was_read(phone, live):
    counter = Counter(phone).pair().read(live.hand_over()[0])
    counter.press("choose_service")
    phone.page.go_back()
    phone.see(counter.say("check_only"))
    assert len(counter.tray()) == 1
