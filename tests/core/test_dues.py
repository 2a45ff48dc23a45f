"""Why an association has not got its money yet: each cent has one reason, and reasons add up."""

from datetime import date

from voucher_service.core.dues import Due, Money, Waits
from voucher_service.web.association.money import TO_DO
from voucher_service.web.desk_words import sentences


def test_dues_of_one_reason_add_up_in_the_order_in_which_they_are_met():
    day = date(2026, 12, 20)
    dues = [
        Due(Waits.ACCOUNT_COOLING_OFF, 100, statement="RA-2026-000001", until=day),
        Due(Waits.NOT_STATED, 30, passes=3),
        Due(Waits.ACCOUNT_COOLING_OFF, 20, statement="RA-2026-000002", until=day),
    ]
    money = Money(dues, {})
    assert money.by_reason() == [
        Due(Waits.ACCOUNT_COOLING_OFF, 120, until=day),
        Due(Waits.NOT_STATED, 30, passes=3),
    ]
    assert money.by_statement() == {"RA-2026-000001": dues[0], "RA-2026-000002": dues[2]}


def test_every_reason_is_said_with_a_next_step_in_both_languages():
    for words in sentences("association").values():
        for waits in Waits:
            assert {f"why_{waits}", f"next_{waits}"} <= words.keys()
        assert {f"todo_{waits}" for waits in TO_DO} <= words.keys()
