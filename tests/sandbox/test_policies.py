"""What AWS refuses of cache, origin request and response headers policies."""

from __future__ import annotations

import typing as t

import pytest

from tests.sandbox.examples import (
    CACHING_OPTIMIZED,
    Config,
    cache_policy,
    created,
    distribution,
    items,
    origin_request_policy,
    refused,
    response_headers_policy,
)
from tests.support.sandbox import Aws

KEY = "ParametersInCacheKeyAndForwardedToOrigin"
ELEVEN = items(*(f"name-{number}" for number in range(11)))
#: Kind, plural of its quota's error, and an example.
KINDS = [
    pytest.param("cache_policy", "CachePolicy", cache_policy, id="cache"),
    pytest.param("origin_request_policy", "OriginRequestPolicy", origin_request_policy, id="origin request"),
    pytest.param("response_headers_policy", "ResponseHeadersPolicy", response_headers_policy, id="response headers"),
]


class Policies:
    """The operations on one kind of policy."""

    def __init__(self, cloudfront: t.Any, method: str, name: str) -> None:
        self.cloudfront, self.method, self.name = cloudfront, method, name

    def call(self, verb: str, config: Config | None = None, **arguments: t.Any) -> t.Any:
        if config is not None:
            arguments[f"{self.name}Config"] = config
        return getattr(self.cloudfront, f"{verb}_{self.method}")(**arguments)

    def create(self, config: Config) -> tuple[str, str]:
        answer = self.call("create", config)
        return answer[self.name]["Id"], answer["ETag"]


def disabled(**changes: t.Any) -> Config:
    nothing = {"EnableAcceptEncodingGzip": False, "EnableAcceptEncodingBrotli": False}
    key = {**nothing, "QueryStringsConfig": {"QueryStringBehavior": "none"}, **changes}
    return cache_policy(MinTTL=0, DefaultTTL=0, MaxTTL=0, **{KEY: key})


def test_a_policy_that_disables_caching_is_taken_without_a_key(cloudfront: t.Any) -> None:
    cloudfront.create_cache_policy(CachePolicyConfig=disabled())


@pytest.mark.parametrize(
    ("code", "config"),
    [
        pytest.param("InvalidArgument", cache_policy(Name="with.dot"), id="name with a dot"),
        pytest.param("InvalidArgument", cache_policy(Name="n" * 129), id="name too long"),
        pytest.param("InvalidArgument", cache_policy(Comment="c" * 129), id="comment too long"),
        pytest.param("InvalidArgument", cache_policy(MinTTL=301), id="minimum above default"),
        pytest.param("InvalidArgument", cache_policy(DefaultTTL=3601), id="default above maximum"),
        pytest.param("InvalidArgument", cache_policy(MinTTL=-1), id="negative"),
        pytest.param("InvalidArgument", cache_policy(MaxTTL=3_153_600_001), id="more than 100 years"),
        pytest.param(
            "InvalidArgument",
            cache_policy(**{KEY: {"HeadersConfig": {"HeaderBehavior": "whitelist"}}}),
            id="whitelist without names",
        ),
        pytest.param(
            "InvalidArgument",
            cache_policy(**{KEY: {"HeadersConfig": {"HeaderBehavior": "none", "Headers": items("Origin")}}}),
            id="names without whitelist",
        ),
        pytest.param(
            "InvalidArgument",
            cache_policy(
                **{KEY: {"HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": items("Accept-Encoding")}}}
            ),
            id="Accept-Encoding as a header",
        ),
        pytest.param(
            "TooManyHeadersInCachePolicy",
            cache_policy(**{KEY: {"HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": ELEVEN}}}),
            id="eleven headers",
        ),
        pytest.param(
            "TooManyCookiesInCachePolicy",
            cache_policy(**{KEY: {"CookiesConfig": {"CookieBehavior": "whitelist", "Cookies": ELEVEN}}}),
            id="eleven cookies",
        ),
        pytest.param(
            "TooManyQueryStringsInCachePolicy",
            cache_policy(**{KEY: {"QueryStringsConfig": {"QueryStringBehavior": "allExcept", "QueryStrings": ELEVEN}}}),
            id="eleven query strings",
        ),
        pytest.param(
            "InconsistentQuantities",
            cache_policy(
                **{
                    KEY: {
                        "HeadersConfig": {
                            "HeaderBehavior": "whitelist",
                            "Headers": {"Quantity": 2, "Items": ["Origin"]},
                        }
                    }
                }
            ),
            id="quantity that is not the number of items",
        ),
        pytest.param(
            "MalformedXML",
            cache_policy(**{KEY: {"CookiesConfig": {"CookieBehavior": "some"}}}),
            id="unknown behavior",
        ),
    ],
)
def test_cache_policy_is_refused(cloudfront: t.Any, code: str, config: Config) -> None:
    refused(code, cloudfront.create_cache_policy, CachePolicyConfig=config)


@pytest.mark.parametrize(
    ("parameter", "setting"),
    [
        ("EnableAcceptEncodingGzip", {"EnableAcceptEncodingGzip": True}),
        ("EnableAcceptEncodingBrotli", {"EnableAcceptEncodingBrotli": True}),
        ("HeaderBehavior", {"HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": items("Origin")}}),
        ("CookieBehavior", {"CookiesConfig": {"CookieBehavior": "all"}}),
        ("QueryStringBehavior", {"QueryStringsConfig": {"QueryStringBehavior": "all"}}),
    ],
)
def test_a_policy_that_disables_caching_has_no_key(cloudfront: t.Any, parameter: str, setting: Config) -> None:
    message = refused("InvalidArgument", cloudfront.create_cache_policy, CachePolicyConfig=disabled(**setting))
    assert message == f"The parameter {parameter} is invalid for policy with caching disabled."


@pytest.mark.parametrize(
    ("code", "config"),
    [
        pytest.param("InvalidArgument", origin_request_policy(Name="a b"), id="name with a blank"),
        pytest.param("InvalidArgument", origin_request_policy(Comment="c" * 129), id="comment too long"),
        pytest.param(
            "InvalidArgument",
            origin_request_policy(HeadersConfig={"HeaderBehavior": "allExcept"}),
            id="all except nothing",
        ),
        pytest.param(
            "TooManyHeadersInOriginRequestPolicy",
            origin_request_policy(HeadersConfig={"HeaderBehavior": "whitelist", "Headers": ELEVEN}),
            id="eleven headers",
        ),
        pytest.param(
            "MalformedXML",
            origin_request_policy(HeadersConfig={"HeaderBehavior": "all"}),
            id="unknown behavior",
        ),
    ],
)
def test_origin_request_policy_is_refused(cloudfront: t.Any, code: str, config: Config) -> None:
    refused(code, cloudfront.create_origin_request_policy, OriginRequestPolicyConfig=config)


def _headers(number: int) -> list[Config]:
    return [{"Header": f"x-{index}", "Value": "1", "Override": True} for index in range(number)]


@pytest.mark.parametrize(
    ("code", "config"),
    [
        pytest.param("InvalidArgument", response_headers_policy(Name="ä"), id="name with an umlaut"),
        pytest.param(
            "InvalidArgument",
            response_headers_policy(CorsConfig={"AccessControlAllowOrigins": items("*")}),
            id="any origin with credentials",
        ),
        pytest.param(
            "InvalidArgument",
            response_headers_policy(CorsConfig={"AccessControlAllowHeaders": items("*")}),
            id="any header with credentials",
        ),
        pytest.param(
            "InvalidArgument",
            response_headers_policy(CorsConfig={"AccessControlAllowMethods": items("ALL")}),
            id="any method with credentials",
        ),
        pytest.param(
            "InvalidArgument",
            response_headers_policy(
                CorsConfig={
                    "AccessControlAllowOrigins": items("*", "https://learn.example.com"),
                    "AccessControlAllowCredentials": False,
                }
            ),
            id="any origin and another",
        ),
        pytest.param(
            "InvalidArgument",
            response_headers_policy(CorsConfig={"AccessControlAllowHeaders": items()}),
            id="no headers",
        ),
        pytest.param(
            "TooManyCustomHeadersInResponseHeadersPolicy",
            response_headers_policy(CustomHeadersConfig=items(*_headers(11))),
            id="eleven headers of one's own",
        ),
        pytest.param(
            "TooManyRemoveHeadersInResponseHeadersPolicy",
            response_headers_policy(RemoveHeadersConfig=items(*({"Header": f"x-{index}"} for index in range(11)))),
            id="eleven headers to remove",
        ),
        pytest.param(
            "TooLongCSPInResponseHeadersPolicy",
            response_headers_policy(
                SecurityHeadersConfig={"ContentSecurityPolicy": {"Override": True, "ContentSecurityPolicy": "x" * 1784}}
            ),
            id="long content security policy",
        ),
        pytest.param(
            "MalformedXML",
            response_headers_policy(ServerTimingHeadersConfig={"Enabled": True, "SamplingRate": 101.0}),
            id="sampling more than all",
        ),
    ],
)
def test_response_headers_policy_is_refused(cloudfront: t.Any, code: str, config: Config) -> None:
    refused(code, cloudfront.create_response_headers_policy, ResponseHeadersPolicyConfig=config)


@pytest.mark.parametrize(("method", "name", "example"), KINDS)
class TestEveryKind:
    """What holds for each of the three kinds alike."""

    def test_name_is_unique(self, cloudfront: t.Any, method: str, name: str, example: t.Any) -> None:
        policies = Policies(cloudfront, method, name)
        policies.create(example())
        refused(f"{name}AlreadyExists", policies.call, verb="create", config=example())

    def test_name_of_another_is_refused_in_an_update(
        self, cloudfront: t.Any, method: str, name: str, example: t.Any
    ) -> None:
        policies = Policies(cloudfront, method, name)
        policies.create(example(Name="first"))
        id_, etag = policies.create(example(Name="second"))
        config = example(Name="first")
        refused(f"{name}AlreadyExists", policies.call, verb="update", config=config, Id=id_, IfMatch=etag)

    def test_an_account_has_twenty(self, cloudfront: t.Any, method: str, name: str, example: t.Any) -> None:
        policies = Policies(cloudfront, method, name)
        for number in range(20):
            policies.create(example(Name=f"policy-{number}"))
        code = f"TooMany{name[:-1]}ies"
        refused(code, policies.call, verb="create", config=example(Name="one-more"))

    def test_update_wants_the_version_that_was_seen(
        self, cloudfront: t.Any, method: str, name: str, example: t.Any
    ) -> None:
        policies = Policies(cloudfront, method, name)
        id_, old = policies.create(example())
        new = policies.call("update", example(Comment="new"), Id=id_, IfMatch=old)["ETag"]
        assert new != old
        refused("InvalidIfMatchVersion", policies.call, verb="update", config=example(), Id=id_)
        refused("PreconditionFailed", policies.call, verb="update", config=example(), Id=id_, IfMatch=old)
        assert policies.call("get", Id=id_)["ETag"] == new

    def test_delete_wants_the_version_that_was_seen(
        self, cloudfront: t.Any, method: str, name: str, example: t.Any
    ) -> None:
        policies = Policies(cloudfront, method, name)
        id_, etag = policies.create(example())
        refused("InvalidIfMatchVersion", policies.call, verb="delete", Id=id_)
        refused("PreconditionFailed", policies.call, verb="delete", Id=id_, IfMatch="E0")
        policies.call("delete", Id=id_, IfMatch=etag)
        refused(f"NoSuch{name}", policies.call, verb="get", Id=id_)

    def test_managed_policies_are_aws_own(self, cloudfront: t.Any, method: str, name: str, example: t.Any) -> None:
        policies = Policies(cloudfront, method, name)
        lists = getattr(cloudfront, f"list_{method[:-1]}ies")
        managed = lists(Type="managed")[f"{name[:-1]}yList"]["Items"]
        assert {item["Type"] for item in managed} == {"managed"}
        assert "Items" not in lists(Type="custom")[f"{name[:-1]}yList"]
        id_ = managed[0][name]["Id"]
        etag = policies.call("get", Id=id_)["ETag"]
        refused("IllegalUpdate", policies.call, verb="update", config=example(), Id=id_, IfMatch=etag)
        refused("IllegalDelete", policies.call, verb="delete", Id=id_, IfMatch=etag)

    def test_in_use_is_not_deleted(self, cloudfront: t.Any, method: str, name: str, example: t.Any) -> None:
        policies = Policies(cloudfront, method, name)
        id_, etag = policies.create(example())
        created(cloudfront, distribution(DefaultCacheBehavior={f"{name}Id": id_}))
        refused(f"{name}InUse", policies.call, verb="delete", Id=id_, IfMatch=etag)

    def test_a_hundred_distributions_use_one(
        self, aws: Aws, cloudfront: t.Any, method: str, name: str, example: t.Any
    ) -> None:
        policies = Policies(cloudfront, method, name)
        id_, _ = policies.create(example())
        using = {f"{name}Id": id_}
        # Used in two behaviors, it still counts once.
        twice = items({"PathPattern": "/a/*", **distribution(DefaultCacheBehavior=using)["DefaultCacheBehavior"]})
        for number in range(100):
            config = distribution(CallerReference=str(number), DefaultCacheBehavior=using, CacheBehaviors=twice)
            last = created(cloudfront, config)
        config = distribution(CallerReference="one-more", DefaultCacheBehavior=using)
        code = f"TooManyDistributionsAssociatedTo{name}"
        refused(code, cloudfront.create_distribution, DistributionConfig=config)
        same = last["DistributionConfig"]
        cloudfront.update_distribution(Id=last["Id"], IfMatch=last["ETag"], DistributionConfig=same)
        users = getattr(cloudfront, f"list_distributions_by_{method}_id")(**using)["DistributionIdList"]
        assert users["Quantity"] == 100


def test_managed_policies_serve_any_number_of_distributions(cloudfront: t.Any) -> None:
    for number in range(101):
        created(cloudfront, distribution(CallerReference=str(number)))
    users = cloudfront.list_distributions_by_cache_policy_id(CachePolicyId=CACHING_OPTIMIZED)["DistributionIdList"]
    assert (users["Quantity"], users["IsTruncated"]) == (100, True)
