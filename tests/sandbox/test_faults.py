"""The faults that other tests rely on, seen through boto3."""

from __future__ import annotations

import typing as t

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.parsers import ResponseParserError

from tests.sandbox.examples import cache_policy, created, distribution, function, refused
from tests.support import faults
from tests.support.sandbox import Aws
from tutorcloudfront.sandbox import Sandbox


def test_recorder_names_operations(sandbox: Sandbox, aws: Aws, cloudfront: t.Any) -> None:
    sandbox.wrap = recorder = faults.Recorder()
    first = created(cloudfront)
    both = {"DistributionConfig": distribution(CallerReference="other"), "Tags": {"Items": []}}
    arn = cloudfront.create_distribution_with_tags(DistributionConfigWithTags=both)["Distribution"]["ARN"]
    cloudfront.tag_resource(Resource=arn, Tags={"Items": []})
    cloudfront.untag_resource(Resource=arn, TagKeys={"Items": []})
    cloudfront.list_tags_for_resource(Resource=arn)
    cloudfront.list_cache_policies(Type="managed", MaxItems="1")
    cloudfront.get_distribution(Id=first["Id"])
    cloudfront.get_distribution_config(Id=first["Id"])
    function(cloudfront)
    cloudfront.describe_function(Name="refuse", Stage="LIVE")
    aws("resourcegroupstaggingapi").get_resources()
    aws("sts").get_caller_identity()
    aws("acm").list_certificates()
    aws("s3").list_buckets()
    assert recorder.operations == [
        "CreateDistribution",
        "CreateDistributionWithTags",
        "TagResource",
        "UntagResource",
        "ListTagsForResource",
        "ListCachePolicies",
        "GetDistribution",
        "GetDistributionConfig",
        "CreateFunction",
        "PublishFunction",
        "DescribeFunction",
        "GetResources",
        "GetCallerIdentity",
        "ListCertificates",
        "ListBuckets",
    ]
    assert recorder.writes == [
        "CreateDistribution",
        "CreateDistributionWithTags",
        "TagResource",
        "UntagResource",
        "CreateFunction",
        "PublishFunction",
    ]
    assert recorder.calls[-4] == faults.Call("tagging", "GetResources")
    recorder.clear()
    assert recorder.operations == []


def test_denied_operation(sandbox: Sandbox, aws: Aws, cloudfront: t.Any) -> None:
    sandbox.wrap = faults.deny("CreateCachePolicy", "CreateDistributionWithTags", "GetResources")
    message = refused("AccessDenied", cloudfront.create_cache_policy, CachePolicyConfig=cache_policy())
    assert message == (
        "User: arn:aws:iam::123456789012:user/ops is not authorized to perform: cloudfront:CreateCachePolicy "
        "because no identity-based policy allows the cloudfront:CreateCachePolicy action"
    )
    both = {"DistributionConfig": distribution(), "Tags": {"Items": []}}
    create = cloudfront.create_distribution_with_tags
    assert "cloudfront:CreateDistribution " in refused("AccessDenied", create, DistributionConfigWithTags=both)
    tagging = aws("resourcegroupstaggingapi")
    assert "tag:GetResources" in refused("AccessDeniedException", tagging.get_resources)
    assert cloudfront.list_distributions()["DistributionList"]["Quantity"] == 0


def test_bad_credentials(sandbox: Sandbox, aws: Aws, cloudfront: t.Any) -> None:
    sandbox.wrap = faults.bad_credentials
    refused("InvalidClientTokenId", cloudfront.list_distributions)
    refused("InvalidClientTokenId", aws("sts").get_caller_identity)
    refused("UnrecognizedClientException", aws("acm").list_certificates)


def test_flaky_before_does_nothing(sandbox: Sandbox, cloudfront: t.Any) -> None:
    sandbox.wrap = flaky = faults.Flaky(1.0, seed=1, after=False)
    codes = set()
    for _ in range(20):
        with pytest.raises(ClientError) as caught:
            created(cloudfront)
        codes.add(caught.value.response["Error"]["Code"])
    assert codes == {"Throttling", "ServiceUnavailable"}
    assert len(flaky.failures) == 20
    assert not sandbox.store.of_kind("Distribution")


def test_flaky_after_loses_the_answer(sandbox: Sandbox, cloudfront: t.Any) -> None:
    sandbox.wrap = faults.Flaky(1.0, seed=1, before=False)
    for number in range(20):
        with pytest.raises((ClientError, ConnectionClosedError, ResponseParserError)):
            created(cloudfront, distribution(CallerReference=str(number)))
    assert len(sandbox.store.of_kind("Distribution")) == 20


def test_flaky_is_the_same_for_a_seed(sandbox: Sandbox, cloudfront: t.Any) -> None:
    def outcomes() -> list[str]:
        sandbox.wrap = faults.Flaky(0.5, seed=7, after=False)
        codes = []
        for _ in range(20):
            try:
                cloudfront.list_distributions()
                codes.append("done")
            except ClientError as error:
                codes.append(error.response["Error"]["Code"])
        return codes

    first = outcomes()
    assert first == outcomes()
    assert set(first) == {"done", "Throttling", "ServiceUnavailable"}


def test_callback_after_a_call(sandbox: Sandbox, cloudfront: t.Any) -> None:
    seen: list[int] = []
    after = faults.AfterCall(2, lambda: seen.append(len(sandbox.store.of_kind("Distribution"))), writes=True)
    sandbox.wrap = faults.compose(faults.latency(0), after)
    for number in range(3):
        cloudfront.list_distributions()
        created(cloudfront, distribution(CallerReference=str(number)))
    assert seen == [2]


def test_first_is_outermost(sandbox: Sandbox, cloudfront: t.Any) -> None:
    outer, inner = faults.Recorder(), faults.Recorder()
    sandbox.wrap = faults.compose(outer, faults.deny("ListDistributions"), inner)
    refused("AccessDenied", cloudfront.list_distributions)
    cloudfront.list_functions()
    assert outer.operations == ["ListDistributions", "ListFunctions"]
    assert inner.operations == ["ListFunctions"]
