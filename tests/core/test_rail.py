"""How a part that Stripe took back falls on the campaigns of its payout."""

from hypothesis import given
from hypothesis import strategies as st

from voucher_service.core.corrections import Correcting
from voucher_service.core.rail import fall

REPAID, OWED = Correcting.RAIL_REPAID, Correcting.RAIL_OWED
CENTS = st.integers(0, 10_000)
BY_CAMPAIGN = st.dictionaries(st.integers(1, 4), CENTS, max_size=4)


def test_what_is_owed_back_is_paid_first_campaign_by_campaign():
    left, owed_back = {2: 3_000, 1: 1_000}, {1: 400, 2: 700, 3: 9_000}
    assert fall(1_000, left, owed_back) == [(REPAID, 1, 400), (REPAID, 2, 600)]
    assert fall(2_000, left, owed_back) == [
        (REPAID, 1, 400),
        (REPAID, 2, 700),
        (OWED, 1, 600),
        (OWED, 2, 300),
    ]


@given(left=BY_CAMPAIGN, owed_back=BY_CAMPAIGN, data=st.data())
def test_every_cent_falls_once_and_no_campaign_gives_more_than_its_part(left, owed_back, data):
    cents = data.draw(st.integers(0, sum(left.values())))
    found = fall(cents, left, owed_back)
    assert sum(part for _, _, part in found) == cents
    assert all(part > 0 for _, _, part in found)
    assert len({(kind, campaign) for kind, campaign, _ in found}) == len(found)
    for campaign in left:
        own = [(kind, part) for kind, one, part in found if one == campaign]
        assert sum(part for _, part in own) <= left[campaign]
        assert sum(part for kind, part in own if kind is REPAID) <= owed_back.get(campaign, 0)
