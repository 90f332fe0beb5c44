"""Whatever the settings are and whatever the account holds, applying a plan leaves nothing to do for the next one."""

from __future__ import annotations

import functools
import os
import typing as t
from collections.abc import Callable, Iterator
from unittest import mock

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from tests.sandbox.examples import distribution
from tests.support.settings import CERTIFICATE, PREFIX, config_of, extra_domain
from tests.support.soak import examples
from tutorcloudfront.reconcile.apply import apply_plan
from tutorcloudfront.reconcile.comparison import compare
from tutorcloudfront.reconcile.plan import Plan
from tutorcloudfront.reconcile.removal import Removal
from tutorcloudfront.resources.distributions import comment
from tutorcloudfront.resources.tags import PREFIX_TAG
from tutorcloudfront.sandbox import Sandbox
from tutorcloudfront.sandbox.kinds import DISTRIBUTION
from tutorcloudfront.sandbox.store import Resource, Store, random_id

pytestmark = pytest.mark.soak

#: Not that of the sandbox that other tests of this process share.
ACCOUNT = "111122223333"
HOSTS = ["apps.learn.example.com", "media.example.com", "*.files.example.com"]
POLICIES = ("CachePolicy", "OriginRequestPolicy", "ResponseHeadersPolicy")

Values = dict[str, t.Any]
Disturbance = Callable[[Store], None]


def settings_from(hosts: list[str], **values: t.Any) -> Values:
    sites = [extra_domain(host, alias=f"origin{HOSTS.index(host)}.example.com") for host in hosts]
    return {**values, "EXTRA_DOMAINS": sites}


SETTINGS = st.builds(
    settings_from,
    st.lists(st.sampled_from(HOSTS), unique=True),
    CMS_DOMAIN=st.sampled_from(["", "learn.example.com", "studio.learn.example.com"]),
    PRICE_CLASS=st.sampled_from(["PriceClass_100", "PriceClass_200", "PriceClass_All"]),
    CACHE_CONFIG=st.fixed_dictionaries(
        {"min_ttl": st.just(0), "default_ttl": st.integers(0, 60), "max_ttl": st.integers(60, 90)}
    ),
    TAGS=st.dictionaries(st.sampled_from(["team", "stage"]), st.text("ab ", max_size=3), max_size=2),
    COURSE_ASSETS=st.booleans(),
    LOG_BUCKET=st.sampled_from(["", "acme-logs", "other-logs"]),
    REALTIME_METRICS=st.booleans(),
)


# What people, other programs and runs that were killed leave in an account


def is_ours(item: Resource) -> bool:
    """Tell whether a distribution or policy is the platform's, by what can not be changed."""
    if item.kind == "Distribution":
        return str(item.config["CallerReference"]).startswith(f"tutor-contrib-cloudfront/{PREFIX}/")
    return str(item.config["Name"]).startswith(f"{PREFIX}-")


def one_of_ours(store: Store, kind: str, position: int) -> Iterator[Resource]:
    """Yield one of the platform's resources of a kind, if there is any."""
    found = [item for item in store.custom(kind) if is_ours(item)]
    yield from found[position % len(found) :][:1] if found else ()


def of_others(comment: str, tags: dict[str, str], number: int, store: Store) -> None:
    """Distributions of others, with any comment."""
    for _ in range(number):
        config = distribution(Comment=comment, CallerReference=random_id("theirs"))
        made = Resource("Distribution", random_id("E"), DISTRIBUTION.complete(config))
        made.facts["DomainName"] = f"{made.id.lower()}.cloudfront.net"
        store.put(made)
        store.tags[store.arn("distribution", made.id)] = dict(tags)


def drifted(kind: str, field: str, value: t.Any, position: int, store: Store) -> None:
    """A field that somebody has changed of one of the platform's resources."""
    for item in one_of_ours(store, kind, position):
        store.replace(item, {**item.config, field: value})


def without_tags(keys: list[str], position: int, store: Store) -> None:
    """Tags that somebody has taken off a distribution, all of them where `keys` is empty."""
    for item in one_of_ours(store, "Distribution", position):
        tags = store.tags[store.arn("distribution", item.id)]
        for key in [key for key in tags if not keys or key in keys]:
            del tags[key]


def disowned(disturb: Disturbance) -> bool:
    """Tell whether a distribution is the platform's no more as far as its tags say, so that nothing may delete it."""
    return isinstance(disturb, functools.partial) and disturb.func is without_tags and disturb.args[0] != ["team"]


def deleted(position: int, store: Store) -> None:
    """A distribution that somebody has deleted."""
    for item in one_of_ours(store, "Distribution", position):
        del store.of_kind("Distribution")[item.id]
        del store.tags[store.arn("distribution", item.id)]
        if not store.references_stay_used:
            del store.references[item.config["CallerReference"]]


def unpublished(store: Store) -> None:
    """Functions that a run has made, which was killed before it could publish them."""
    for function in store.functions.values() if not store.custom("Distribution") else ():
        function.live = None


def disturbances(function: Callable[..., None], *arguments: st.SearchStrategy[t.Any]) -> st.SearchStrategy[Disturbance]:
    return st.builds(functools.partial, st.just(function), *arguments)


POSITIONS = st.integers(0, 9)
COMMENTS = st.text("abc ", max_size=5)
DISTURBANCES = st.one_of(
    disturbances(
        of_others,
        st.sampled_from(["", "by hand", comment(PREFIX, "lms"), comment("other", "lms")]),
        st.sampled_from([{}, {"team": "ops"}, {PREFIX_TAG: "other"}]),
        st.integers(1, 3),
    ),
    disturbances(of_others, st.just("by hand"), st.just({}), st.just(110)),
    disturbances(drifted, st.just("Distribution"), st.just("Comment"), COMMENTS, POSITIONS),
    disturbances(drifted, st.just("Distribution"), st.just("Enabled"), st.just(False), POSITIONS),
    disturbances(drifted, st.just("Distribution"), st.just("HttpVersion"), st.just("http1.1"), POSITIONS),
    disturbances(drifted, st.just("Distribution"), st.just("CacheBehaviors"), st.just({"Quantity": 0}), POSITIONS),
    disturbances(drifted, st.sampled_from(POLICIES), st.just("Comment"), COMMENTS, POSITIONS),
    disturbances(drifted, st.just("CachePolicy"), st.just("DefaultTTL"), st.just(61), POSITIONS),
    disturbances(without_tags, st.sampled_from([[], [PREFIX_TAG], ["team"]]), POSITIONS),
    disturbances(deleted, POSITIONS),
    st.just(unpublished),
)


# What follows


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    """An account of the module's own, the only one that is to be seen."""
    with (
        Sandbox(account=ACCOUNT, deploy_seconds=0) as sandbox,
        mock.patch.dict(os.environ, sandbox.environment(os.environ), clear=True),
    ):
        yield sandbox


def plan_of(values: Values, *, prune: bool) -> Plan:
    return compare(config_of(**values), prune=prune).plan


def carry_out(values: Values, *, prune: bool) -> None:
    """Do what `create-cloudfront-resources` does, and see it go well."""
    comparison = compare(config_of(**values), prune=prune)
    results = apply_plan(comparison.aws, comparison.plan, lambda _: None)
    removal = Removal(comparison.aws, PREFIX, lambda _: None, lambda _: None)
    results += removal.remove(comparison.plan.of("delete"))
    assert [result.error for result in results if result.error] == []


def of_nobody(store: Store) -> dict[str, t.Any]:
    """Return all distributions that are not the platform's, with their tags."""
    found = [item for item in store.custom("Distribution") if not is_ours(item)]
    return {item.id: (item.config, item.etag, store.tags[store.arn("distribution", item.id)].copy()) for item in found}


# Shrinking takes minutes, since each example makes dozens of calls.
@settings(deadline=None, max_examples=examples(8), phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    before=st.none() | SETTINGS,
    meanwhile=st.lists(DISTURBANCES, max_size=5),
    now=SETTINGS,
    prune=st.booleans(),
    references_stay_used=st.booleans(),
)
def test_after_a_plan_there_is_nothing_left_to_do(
    account: Sandbox,
    before: Values | None,
    meanwhile: list[Disturbance],
    now: Values,
    prune: bool,
    references_stay_used: bool,
) -> None:
    assume(not (prune and any(map(disowned, meanwhile))))
    account.references_stay_used = references_stay_used
    account.reset()
    account.add_certificate(CERTIFICATE, ["*.example.com", "*.learn.example.com", "*.files.example.com"])
    if before is not None:
        carry_out(before, prune=False)
    for disturb in meanwhile:
        disturb(account.store)
    others = of_nobody(account.store)

    carry_out(now, prune=prune)

    assert plan_of(now, prune=prune).pending == ()
    assert of_nobody(account.store) == others
    made = [
        item.config["CallerReference"].split("/")[2] for item in account.store.custom("Distribution") if is_ours(item)
    ]
    assert len(made) == len(set(made))
