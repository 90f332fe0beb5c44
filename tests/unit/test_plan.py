"""What a plan makes of desired resources and an inventory."""

from __future__ import annotations

import typing as t

import pytest

from tests.support.settings import PREFIX
from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.reconcile.inventory import Inventory
from tutorcloudfront.reconcile.plan import Change, Plan, make_plan
from tutorcloudfront.resources.resource import Ref, Resource

OURS = f"tutor-contrib-cloudfront {PREFIX}: something"


def existing(kind: str, name: str, **fields: t.Any) -> Existing:
    return Existing(kind, name, f"ID-{name}", f"ID-{name}", {"Comment": OURS, **fields})


def inventory(*items: Existing, **fields: t.Any) -> Inventory:
    return Inventory({Ref(item.kind, item.name): item for item in items}, {}, **fields)


def actions(plan: Plan) -> dict[str, str]:
    return {change.resource.name: change.action for change in plan.changes}


def test_what_is_missing_is_created_what_differs_updated_and_the_rest_left() -> None:
    desired = [Resource("cache_policy", name, {"Comment": OURS, "MinTTL": 1}) for name in ("a", "b", "c")]
    held = inventory(existing("cache_policy", "b", MinTTL=2), existing("cache_policy", "c", MinTTL=1, Added=3))

    assert actions(make_plan(desired, held, PREFIX)) == {"a": "create", "b": "update", "c": "none"}


def test_a_reference_to_what_exists_is_compared_by_its_id() -> None:
    policy = Resource("cache_policy", "p", {"Comment": OURS})
    desired = [policy, Resource("distribution", "lms", {"Policy": Ref("cache_policy", "p")})]
    held = [existing("cache_policy", "p"), existing("distribution", "lms", Policy="ID-p")]

    assert actions(make_plan(desired, inventory(*held), PREFIX)) == {"p": "none", "lms": "none"}
    assert actions(make_plan(desired, inventory(held[1]), PREFIX)) == {"p": "create", "lms": "update"}


@pytest.mark.parametrize("prune", [True, False])
def test_what_is_not_desired_any_more_is_deleted_by_a_prune_only(prune: bool) -> None:
    names = ("static", "origin-2", "query", "refuse")
    shared = [existing("cache_policy", f"{PREFIX}-{name}") for name in names]
    held = inventory(*shared, existing("distribution", "old.example.com"))

    plan = make_plan([], held, PREFIX, prune=prune)

    gone = [change.resource.name for change in (plan.changes if prune else plan.unwanted)]
    assert gone[0] == "old.example.com", "distributions go first, since they use the rest"
    assert sorted(gone[1:]) == sorted(f"{PREFIX}-{name}" for name in names)
    assert (plan.unwanted if prune else plan.changes) == ()


@pytest.mark.parametrize(
    "stranger",
    [
        pytest.param(existing("cache_policy", f"{PREFIX}-static", Comment="by hand"), id="another comment"),
        pytest.param(existing("cache_policy", f"{PREFIX}-other"), id="a name that the plugin never gives"),
        pytest.param(existing("cache_policy", f"{PREFIX}-static-x"), id="a name that is longer"),
        pytest.param(existing("cache_policy", "other-static"), id="another prefix"),
        pytest.param(existing("cache_policy", f"my-{PREFIX}-static"), id="a prefix that ends alike"),
    ],
)
def test_what_only_looks_like_the_plugins_is_not_deleted(stranger: Existing) -> None:
    assert make_plan([], inventory(stranger), PREFIX, prune=True).changes == ()


def test_a_second_distribution_for_a_site_is_told_of_and_deleted_by_a_prune() -> None:
    used, rival = existing("distribution", "lms"), Existing("distribution", "lms", "E2", "E2", {"Comment": OURS})
    desired = [Resource("distribution", "lms", {})]
    held = inventory(used, rivals=[rival])

    assert make_plan(desired, held, PREFIX).notes == (
        "Distributions ID-lms and E2 both carry the tags of site lms. ID-lms is used, E2 left alone.",
    )
    assert [change.existing for change in make_plan(desired, held, PREFIX, prune=True).of("delete")] == [rival]


@pytest.mark.parametrize(
    ("kept", "deleted", "suspicious"),
    [(3, 1, False), (0, 1, False), (4, 2, False), (3, 2, True), (0, 2, True), (100, 50, False), (99, 50, True)],
)
def test_more_than_a_third_of_the_sites_and_more_than_one_is_suspicious(
    kept: int, deleted: int, suspicious: bool
) -> None:
    numbers = range(kept + deleted)
    changes = [
        Change(
            "delete" if number < deleted else "none",
            Resource("distribution", f"s{number}", {}),
            existing("distribution", f"s{number}"),
        )
        for number in numbers
    ]
    policies = [
        Change("delete", Resource("cache_policy", f"p{n}", {}), existing("cache_policy", f"p{n}")) for n in "ab"
    ]

    assert Plan((*changes, *policies)).is_suspicious is suspicious
