"""Invalidations."""

from __future__ import annotations

import typing as t

import pytest

from tests.sandbox.examples import Config, created, items, refused
from tutorcloudfront.sandbox import Sandbox


def batch(*paths: str, reference: str = "once") -> Config:
    return {"CallerReference": reference, "Paths": items(*paths)}


def invalidate(cloudfront: t.Any, id_: str, *paths: str, reference: str = "once") -> t.Any:
    config = batch(*paths, reference=reference)
    return cloudfront.create_invalidation(DistributionId=id_, InvalidationBatch=config)["Invalidation"]


def test_is_in_progress_and_then_completed(cloudfront: t.Any) -> None:
    id_ = created(cloudfront)["Id"]
    invalidation = invalidate(cloudfront, id_, "/static/*", "/index.html")
    assert invalidation["Status"] == "InProgress"
    assert invalidation["InvalidationBatch"] == batch("/static/*", "/index.html")
    assert cloudfront.get_distribution(Id=id_)["Distribution"]["InProgressInvalidationBatches"] == 1
    waiter = cloudfront.get_waiter("invalidation_completed")
    waiter.wait(DistributionId=id_, Id=invalidation["Id"], WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
    listed = cloudfront.list_invalidations(DistributionId=id_)["InvalidationList"]["Items"]
    assert [(item["Id"], item["Status"]) for item in listed] == [(invalidation["Id"], "Completed")]


@pytest.mark.parametrize(
    ("code", "paths"),
    [
        pytest.param("InvalidArgument", [], id="none"),
        pytest.param("InvalidArgument", ["static/*"], id="no slash"),
        pytest.param("InvalidArgument", ["/static/*.css"], id="wildcard in the middle"),
        pytest.param("InvalidArgument", ["/a b"], id="blank that is not encoded"),
        pytest.param("InvalidArgument", ["/café"], id="letter that is not encoded"),
        pytest.param("InvalidArgument", ["/~user/"], id="tilde that is not encoded"),
        pytest.param("InvalidArgument", ["/" + "a" * 4000], id="too long"),
        pytest.param("BatchTooLarge", [f"/{number}" for number in range(3001)], id="too many files"),
        pytest.param("TooManyInvalidationsInProgress", [f"/{number}/*" for number in range(16)], id="wildcards"),
    ],
)
def test_paths_are_refused(cloudfront: t.Any, code: str, paths: list[str]) -> None:
    id_ = created(cloudfront)["Id"]
    refused(code, cloudfront.create_invalidation, DistributionId=id_, InvalidationBatch=batch(*paths))


def test_what_is_in_progress_counts(sandbox: Sandbox, cloudfront: t.Any) -> None:
    sandbox.deploy_seconds = 3600
    sandbox.reset()
    id_ = created(cloudfront)["Id"]
    invalidate(cloudfront, id_, *(f"/{number}" for number in range(3000)))
    more = batch("/one-more", reference="other")
    code = "TooManyInvalidationsInProgress"
    refused(code, cloudfront.create_invalidation, DistributionId=id_, InvalidationBatch=more)


def test_same_request_makes_no_other(cloudfront: t.Any) -> None:
    id_ = created(cloudfront)["Id"]
    first = invalidate(cloudfront, id_, "/static/*")
    assert invalidate(cloudfront, id_, "/static/*")["Id"] == first["Id"]
    other = batch("/other/*")
    refused("InvalidArgument", cloudfront.create_invalidation, DistributionId=id_, InvalidationBatch=other)
    assert invalidate(cloudfront, id_, "/other/*", reference="other")["Id"] != first["Id"]


def test_what_is_not_there(cloudfront: t.Any) -> None:
    refused("NoSuchDistribution", cloudfront.create_invalidation, DistributionId="E0", InvalidationBatch=batch("/*"))
    refused("NoSuchDistribution", cloudfront.list_invalidations, DistributionId="E0")
    id_ = created(cloudfront)["Id"]
    refused("NoSuchInvalidation", cloudfront.get_invalidation, DistributionId=id_, Id="I0")


def test_quantity_is_the_number_of_paths(cloudfront: t.Any) -> None:
    id_ = created(cloudfront)["Id"]
    wrong = {"CallerReference": "once", "Paths": {"Quantity": 2, "Items": ["/*"]}}
    refused("InconsistentQuantities", cloudfront.create_invalidation, DistributionId=id_, InvalidationBatch=wrong)
