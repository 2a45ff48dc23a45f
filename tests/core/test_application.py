"""What an association must show before it is decided about: every criterion is visible."""

from dataclasses import replace

from voucher_service.core.application import Criterion, Facts, SiteFacts, checks, missing

COMPLETE = Facts(
    identified=True,
    representative=True,
    sites=[SiteFacts("PiNG Breil", 3, reachable=True)],
    account=True,
    charter=True,
)


def lacking(facts: Facts) -> list[tuple[str, tuple[str, ...]]]:
    return [(check.criterion.value, check.about) for check in missing(checks(facts))]


def test_every_criterion_is_said_whether_met_or_not():
    assert [check.criterion for check in checks(COMPLETE)] == list(Criterion)
    assert lacking(COMPLETE) == []


def test_each_missing_item_is_named_alone():
    assert lacking(replace(COMPLETE, identified=False)) == [("identity", ())]
    assert lacking(replace(COMPLETE, representative=False)) == [("representative", ())]
    assert lacking(replace(COMPLETE, account=False)) == [("bank_account", ())]
    assert lacking(replace(COMPLETE, charter=False)) == [("charter", ())]


def test_without_a_site_both_what_it_offers_and_how_to_reach_it_lack():
    assert lacking(replace(COMPLETE, sites=[])) == [("site", ()), ("reachable", ())]


def test_the_sites_that_lack_something_are_named():
    sites = [SiteFacts("Bottière", 0, reachable=True), SiteFacts("Nord", 2, reachable=False)]
    assert lacking(replace(COMPLETE, sites=sites)) == [
        ("site", ("Bottière",)),
        ("reachable", ("Nord",)),
    ]
