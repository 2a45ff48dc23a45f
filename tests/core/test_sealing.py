"""A chain of roots over the ledger: whatever changes in a row shows in the last hash."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.core.sealing import GENESIS, Seal, leaf, merkle_root

rows = st.lists(st.integers(0, 10**6), min_size=1, max_size=40)


@given(rows, st.integers(0, 10**6))
def test_a_root_changes_with_any_row(values: list[int], other: int):
    leaves = [leaf({"cents": value}) for value in values]
    for place, value in enumerate(values):
        changed = [*leaves[:place], leaf({"cents": other}), *leaves[place + 1 :]]
        assert (merkle_root(changed) == merkle_root(leaves)) == (value == other)


@given(rows)
def test_a_root_changes_when_a_row_is_added_or_left_out(values: list[int]):
    leaves = [leaf({"id": n, "cents": value}) for n, value in enumerate(values)]
    more = [*leaves, leaf({"id": len(values), "cents": 0})]
    assert merkle_root(more) != merkle_root(leaves)


def test_a_leaf_is_no_node():
    one, two = leaf({"a": 1}), leaf({"a": 2})
    inner = bytes.fromhex(merkle_root([one, two]))
    assert merkle_root([inner]) == merkle_root([one, two])
    assert leaf({"a": 1}) != inner


@pytest.mark.parametrize(
    "changed", [{"number": 2}, {"count": 4}, {"cents": 1}, {"previous": "1" * 64}, {"root": "x"}]
)
def test_a_seals_hash_covers_all_it_says(changed: dict[str, object]):
    seal = Seal(1, 3, 3_000, GENESIS, "ab")
    assert replace(seal, **changed).hash != seal.hash  # type: ignore[arg-type]


def test_a_seal_covers_something():
    with pytest.raises(ValueError, match="at least one row"):
        merkle_root([])
