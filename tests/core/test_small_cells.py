"""A count of few people is hidden, and cannot be computed from what is shown beside it."""

import pytest

from voucher_service.core.small_cells import hidden


@pytest.mark.parametrize(
    ("whole", "parts", "shown"),
    [
        (30, [12, 18], [12, 18]),
        (30, [5, 25], [5, 25]),
        (30, [4, 26], [None, None]),
        (30, [0, 30], [None, None]),
        (0, [0, 0], [0, 0]),
        (40, [1, 9, 30], [None, None, 30]),
        (40, [2, 3, 35], [None, None, 35]),
        (3, [3], [None]),
    ],
)
def test_few_are_hidden_with_what_would_give_them_away(
    whole: int, parts: list[int], shown: list[int | None]
) -> None:
    assert hidden(whole, parts) == shown
