"""Sites share policies, of which each serves 100 distributions at most."""

from __future__ import annotations

from collections import Counter

from tutorcloudfront.resources.resource import Ref
from tutorcloudfront.resources.sharing import spread

FIRST, SECOND, THIRD = (Ref("cache_policy", name) for name in ("p-origin", "p-origin-2", "p-origin-3"))


def names(count: int) -> list[str]:
    return [f"s{number}.example.com" for number in range(count)]


def test_up_to_100_sites_share_one_policy() -> None:
    assert set(spread(FIRST, names(100), {}).values()) == {FIRST}


def test_more_sites_get_as_many_policies_as_the_quota_demands() -> None:
    assert Counter(spread(FIRST, names(250), {}).values()) == {FIRST: 100, SECOND: 100, THIRD: 50}


def test_a_site_that_goes_away_moves_no_other() -> None:
    before = spread(FIRST, names(150), {})
    usage = {policy: {site for site in before if before[site] == policy} for policy in (FIRST, SECOND)}

    after = spread(FIRST, names(150)[1:], usage)

    assert all(after[site] == before[site] for site in after)


def test_a_new_site_takes_the_first_place_that_is_free() -> None:
    usage = {FIRST: set(names(100)), SECOND: {"x.example.com"}}

    assert spread(FIRST, [*names(100), "x.example.com", "new.example.com"], usage)["new.example.com"] == SECOND


def test_distributions_of_others_that_use_a_policy_count() -> None:
    assert spread(FIRST, ["new.example.com"], {FIRST: {f"E{n}" for n in range(100)}})["new.example.com"] == SECOND


def test_policies_of_another_kind_or_name_are_no_place_for_a_site() -> None:
    usage = {
        Ref("origin_request_policy", "p-origin"): {"s.example.com"},
        Ref("cache_policy", "p-origin-x"): {"s.example.com"},
        Ref("cache_policy", "q-origin"): {"s.example.com"},
    }

    assert spread(FIRST, ["s.example.com"], usage) == {"s.example.com": FIRST}
