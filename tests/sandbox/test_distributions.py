"""What AWS refuses of distributions."""

from __future__ import annotations

import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.examples import (
    ACCOUNT,
    CACHING_DISABLED,
    CERTIFICATE,
    CORS_S3_ORIGIN,
    NOWHERE,
    WEB_ACL,
    Config,
    access_control,
    behavior,
    created,
    custom_origin,
    distribution,
    function,
    items,
    merged,
    own_certificate,
    refused,
    s3_origin,
)
from tests.support.roles import EDGE, trust
from tests.support.sandbox import Aws
from tutorcloudfront.sandbox import Sandbox, shapes
from tutorcloudfront.sandbox.refusal import Refused

FORWARDED = {"QueryString": False, "Cookies": {"Forward": "none"}}


def custom(**changes: t.Any) -> Config:
    """Return a distribution whose origin has other settings."""
    return distribution(Origins=items(custom_origin(**changes)))


def default(**changes: t.Any) -> Config:
    """Return a distribution whose default behavior is another."""
    return distribution(DefaultCacheBehavior=changes)


def patterns(*values: str) -> Config:
    """Return a distribution with behaviors for path patterns."""
    return distribution(CacheBehaviors=items(*({"PathPattern": value, **behavior()} for value in values)))


def methods(allowed: str, cached: str = "GET HEAD") -> Config:
    return default(AllowedMethods={**items(*allowed.split()), "CachedMethods": items(*cached.split())})


REFUSED = {
    "comment too long": ("InvalidArgument", distribution(Comment="c" * 129)),
    "quantity that is not the number of items": (
        "InconsistentQuantities",
        distribution(Aliases={"Quantity": 2, "Items": ["a.example.com"]}),
    ),
    "unknown HTTP version": ("MalformedXML", distribution(HttpVersion="http4")),
    "unknown price class": ("MalformedXML", distribution(PriceClass="PriceClass_300")),
    "price class of another kind of distribution": ("InvalidArgument", distribution(PriceClass="None")),
    "root object with a slash": ("InvalidDefaultRootObject", distribution(DefaultRootObject="/index.html")),
    "log bucket that is none": (
        "InvalidArgument",
        distribution(Logging={"Enabled": True, "IncludeCookies": False, "Bucket": "logs", "Prefix": ""}),
    ),
    "places without restriction": (
        "InvalidGeoRestrictionParameter",
        distribution(Restrictions={"GeoRestriction": {"RestrictionType": "none", **items("DE")}}),
    ),
    "place that is none": (
        "InvalidLocationCode",
        distribution(Restrictions={"GeoRestriction": {"RestrictionType": "whitelist", **items("Berlin")}}),
    ),
    # Origins
    "origin that is an IPv4 address": ("InvalidArgument", custom(DomainName="192.0.2.1")),
    "origin that is an IPv6 address": ("InvalidArgument", custom(DomainName="2001:db8::1")),
    "origin with a scheme": ("InvalidArgument", custom(DomainName="https://learn.example.com")),
    "origin with a port": ("InvalidArgument", custom(DomainName="learn.example.com:8000")),
    "origin without a dot": ("InvalidArgument", custom(DomainName="localhost")),
    "origin path without a slash": ("InvalidArgument", custom(OriginPath="static")),
    "origin path that ends with a slash": ("InvalidArgument", custom(OriginPath="/static/")),
    "origin of no type": ("InvalidArgument", custom(CustomOriginConfig=None)),
    "origin of two types": ("InvalidArgument", custom(S3OriginConfig={"OriginAccessIdentity": ""})),
    "bucket that is none": ("InvalidArgument", distribution(Origins=items(s3_origin(DomainName="learn.example.com")))),
    "port that is not allowed": ("InvalidArgument", custom(CustomOriginConfig={"HTTPPort": 81})),
    "unknown protocol": ("MalformedXML", custom(CustomOriginConfig={"OriginProtocolPolicy": "https"})),
    "unknown TLS version": ("MalformedXML", custom(CustomOriginConfig={"OriginSslProtocols": items("TLSv1.3")})),
    "read timeout too long": ("InvalidOriginReadTimeout", custom(CustomOriginConfig={"OriginReadTimeout": 121})),
    "keep-alive too long": ("InvalidOriginKeepaliveTimeout", custom(CustomOriginConfig={"OriginKeepaliveTimeout": 0})),
    "attempts too many": ("InvalidArgument", custom(ConnectionAttempts=4)),
    "connection timeout too long": ("InvalidArgument", custom(ConnectionTimeout=11)),
    "headers too many": (
        "TooManyOriginCustomHeaders",
        custom(CustomHeaders=items(*({"HeaderName": f"x-{index}", "HeaderValue": ""} for index in range(31)))),
    ),
    "same origin id twice": ("InvalidArgument", distribution(Origins=items(custom_origin(), custom_origin()))),
    "origins too many": (
        "TooManyOrigins",
        distribution(Origins=items(custom_origin(), *(custom_origin(Id=str(index)) for index in range(100)))),
    ),
    "access control that is not there": (
        "InvalidOriginAccessControl",
        distribution(Origins=items(s3_origin(OriginAccessControlId="E0"))),
    ),
    "access control that is not there, and no bucket": (
        "InvalidOriginAccessControl",
        custom(OriginAccessControlId="E0"),
    ),
    "origin group of three": (
        "MalformedXML",
        distribution(
            OriginGroups=items(
                {
                    "Id": "group",
                    "FailoverCriteria": {"StatusCodes": items(500)},
                    "Members": items(*({"OriginId": "origin"},) * 3),
                }
            )
        ),
    ),
    # Behaviors
    "unknown viewer protocol": ("MalformedXML", default(ViewerProtocolPolicy="http-only")),
    "origin that is not there": ("NoSuchOrigin", default(TargetOriginId="elsewhere")),
    "cache policy that is not there": ("NoSuchCachePolicy", default(CachePolicyId=NOWHERE)),
    "origin request policy that is not there": ("NoSuchOriginRequestPolicy", default(OriginRequestPolicyId=NOWHERE)),
    "response headers policy that is not there": (
        "NoSuchResponseHeadersPolicy",
        default(ResponseHeadersPolicyId=NOWHERE),
    ),
    "cache policy and old settings": ("InvalidArgument", default(ForwardedValues=FORWARDED)),
    "cache policy and an old TTL": ("InvalidArgument", default(MinTTL=0)),
    "neither cache policy nor old settings": ("InvalidArgument", default(CachePolicyId=None)),
    "origin request policy and old settings": (
        "InvalidArgument",
        default(CachePolicyId=None, ForwardedValues=FORWARDED, OriginRequestPolicyId=CORS_S3_ORIGIN),
    ),
    "old TTLs in disorder": (
        "InvalidTTLOrder",
        default(CachePolicyId=None, ForwardedValues=FORWARDED, MinTTL=10, DefaultTTL=5),
    ),
    "old TTLs of more than 100 years": (
        "InvalidArgument",
        default(CachePolicyId=None, ForwardedValues=FORWARDED, MaxTTL=3_153_600_001),
    ),
    "old TTLs that are negative": (
        "InvalidArgument",
        default(CachePolicyId=None, ForwardedValues=FORWARDED, MinTTL=-1),
    ),
    "methods that are no set": ("InvalidArgument", methods("GET HEAD POST")),
    "cached methods that are no set": ("InvalidArgument", methods("GET HEAD", "GET")),
    "cached methods that are not allowed": ("InvalidArgument", methods("GET HEAD", "GET HEAD OPTIONS")),
    "unknown method": ("MalformedXML", methods("GET HEAD BREW")),
    "same path twice": ("InvalidArgument", patterns("/static/*", "/static/*")),
    "same path with and without its slash": ("InvalidArgument", patterns("/static/*", "static/*")),
    "path with a blank": ("InvalidArgument", patterns("/a b/*")),
    "path too long": ("InvalidArgument", patterns("/" + "a" * 255)),
    "behaviors too many": ("TooManyCacheBehaviors", patterns(*(f"/{index}/*" for index in range(75)))),
    "key group that is not there": (
        "TrustedKeyGroupDoesNotExist",
        default(TrustedKeyGroups={"Enabled": True, **items(NOWHERE)}),
    ),
    "key groups but not enabled": ("InvalidArgument", default(TrustedKeyGroups={"Enabled": False, **items(NOWHERE)})),
    "key groups too many": (
        "TooManyKeyGroupsAssociatedToDistribution",
        default(TrustedKeyGroups={"Enabled": True, **items(*"abcde")}),
    ),
    "function that is not there": (
        "InvalidFunctionAssociation",
        default(
            FunctionAssociations=items(
                {"FunctionARN": f"arn:aws:cloudfront::{ACCOUNT}:function/none", "EventType": "viewer-request"}
            )
        ),
    ),
    "function that is no ARN": (
        "MalformedXML",
        default(FunctionAssociations=items({"FunctionARN": "refuse", "EventType": "viewer-request"})),
    ),
    "Lambda function that is not there": (
        "InvalidLambdaFunctionAssociation",
        default(
            LambdaFunctionAssociations=items(
                {
                    "LambdaFunctionARN": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:none:1",
                    "EventType": "viewer-request",
                }
            )
        ),
    ),
    # Aliases and certificates
    "alias without a certificate": ("InvalidViewerCertificate", distribution(Aliases=items("apps.example.com"))),
    "SNI with the default certificate": (
        "InvalidViewerCertificate",
        distribution(ViewerCertificate={"CloudFrontDefaultCertificate": True, "SSLSupportMethod": "sni-only"}),
    ),
    "static IP with the default certificate": (
        "InvalidViewerCertificate",
        distribution(ViewerCertificate={"CloudFrontDefaultCertificate": True, "SSLSupportMethod": "static-ip"}),
    ),
    "certificate that is not there": (
        "InvalidViewerCertificate",
        distribution(ViewerCertificate=own_certificate(ACMCertificateArn=CERTIFICATE + "0")),
    ),
    "certificate of IAM": (
        "InvalidViewerCertificate",
        distribution(ViewerCertificate={"IAMCertificateId": "AS"}),
    ),
    "certificate of IAM with a name too long": (
        "MalformedXML",
        distribution(ViewerCertificate={"IAMCertificateId": "A" * 33}),
    ),
    # Web ACL
    "web ACL that is not there": ("InvalidWebACLId", distribution(WebACLId=WEB_ACL + "5")),
    "web ACL of a region": ("InvalidWebACLId", distribution(WebACLId=WEB_ACL.replace("global", "regional"))),
    "web ACL of WAF Classic": ("InvalidWebACLId", distribution(WebACLId=NOWHERE)),
}


@pytest.mark.parametrize(("code", "config"), [pytest.param(*row, id=id_) for id_, row in REFUSED.items()])
def test_distribution_is_refused(cloudfront: t.Any, code: str, config: Config) -> None:
    refused(code, cloudfront.create_distribution, DistributionConfig=config)
    assert "Items" not in cloudfront.list_distributions()["DistributionList"]


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        pytest.param("InvalidViewerCertificate", {"SSLSupportMethod": "vip"}, id="dedicated addresses"),
        pytest.param("InvalidViewerCertificate", {"SSLSupportMethod": "static-ip"}, id="static addresses"),
        pytest.param("InvalidViewerCertificate", {"SSLSupportMethod": None}, id="no method"),
        pytest.param("InvalidViewerCertificate", {"MinimumProtocolVersion": None}, id="no minimum"),
        pytest.param("InvalidMinimumProtocolVersion", {"MinimumProtocolVersion": "SSLv3"}, id="SSLv3"),
        pytest.param("MalformedXML", {"MinimumProtocolVersion": "TLSv1.4"}, id="unknown minimum"),
        pytest.param("InvalidViewerCertificate", {"CloudFrontDefaultCertificate": True}, id="two certificates"),
        pytest.param("InvalidViewerCertificate", {"Certificate": "arn:other"}, id="another old field"),
        pytest.param("InvalidViewerCertificate", {"CertificateSource": "cloudfront"}, id="another source"),
    ],
)
def test_certificate_settings_are_refused(sandbox: Sandbox, cloudfront: t.Any, code: str, changes: Config) -> None:
    sandbox.add_certificate(CERTIFICATE, ["*.example.com"])
    config = distribution(ViewerCertificate=own_certificate(**changes))
    refused(code, cloudfront.create_distribution, DistributionConfig=config)


@pytest.mark.parametrize(
    ("host", "alias", "covered"),
    [
        ("apps.example.com", "apps.example.com", True),
        ("apps.example.com", "APPS.example.com", True),
        ("*.example.com", "apps.example.com", True),
        ("*.example.com", "*.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "a.apps.example.com", False),
        ("apps.example.com", "apps.example.org", False),
        ("apps.example.com", "*.example.com", False),
    ],
)
def test_certificate_must_cover_the_alias(
    sandbox: Sandbox, cloudfront: t.Any, host: str, alias: str, covered: bool
) -> None:
    sandbox.add_certificate(CERTIFICATE, ["other.example.net", host])
    config = distribution(Aliases=items(alias), ViewerCertificate=own_certificate())
    if covered:
        assert created(cloudfront, config)["DistributionConfig"]["Aliases"] == items(alias)
    else:
        refused("InvalidViewerCertificate", cloudfront.create_distribution, DistributionConfig=config)


def test_certificate_must_be_in_us_east_1(sandbox: Sandbox, cloudfront: t.Any) -> None:
    arn = CERTIFICATE.replace("us-east-1", "eu-west-1")
    sandbox.add_certificate(arn, ["apps.example.com"])
    config = distribution(ViewerCertificate=own_certificate(ACMCertificateArn=arn))
    refused("InvalidViewerCertificate", cloudfront.create_distribution, DistributionConfig=config)


def test_certificate_must_be_issued(aws: Aws, cloudfront: t.Any) -> None:
    arn = aws("acm").request_certificate(DomainName="apps.example.com", ValidationMethod="DNS")["CertificateArn"]
    config = distribution(ViewerCertificate=own_certificate(ACMCertificateArn=arn))
    refused("InvalidViewerCertificate", cloudfront.create_distribution, DistributionConfig=config)


@pytest.mark.parametrize(
    "alias",
    ["a b.example.com", "a_b.example.com", "a..example.com", "a.*.com", "**.com", "com", "-a.com", "x" * 64 + ".com"],
)
def test_alias_is_a_host_name(sandbox: Sandbox, cloudfront: t.Any, alias: str) -> None:
    sandbox.add_certificate(CERTIFICATE, [alias])
    config = distribution(Aliases=items(alias), ViewerCertificate=own_certificate())
    refused("InvalidArgument", cloudfront.create_distribution, DistributionConfig=config)


def test_alias_has_253_characters(sandbox: Sandbox, cloudfront: t.Any) -> None:
    alias = ".".join(["a" * 62] * 4) + ".de"
    sandbox.add_certificate(CERTIFICATE, [alias, alias[1:]])
    config = distribution(Aliases=items(alias), ViewerCertificate=own_certificate())
    refused("InvalidArgument", cloudfront.create_distribution, DistributionConfig=config)
    created(cloudfront, merged(config, {"Aliases": items(alias[1:])}))


def test_a_distribution_has_a_hundred_aliases(sandbox: Sandbox, cloudfront: t.Any) -> None:
    sandbox.add_certificate(CERTIFICATE, ["*.example.com"])
    aliases = items(*(f"a{number}.example.com" for number in range(101)))
    config = distribution(Aliases=aliases, ViewerCertificate=own_certificate())
    refused("TooManyDistributionCNAMEs", cloudfront.create_distribution, DistributionConfig=config)


def test_alias_of_another_distribution_is_taken(sandbox: Sandbox, cloudfront: t.Any) -> None:
    sandbox.add_certificate(CERTIFICATE, ["*.example.com"])
    config = distribution(Aliases=items("apps.example.com"), ViewerCertificate=own_certificate())
    first = created(cloudfront, config)
    again = merged(config, {"CallerReference": "other", "Aliases": items("Apps.example.com")})
    refused("CNAMEAlreadyExists", cloudfront.create_distribution, DistributionConfig=again)
    cloudfront.update_distribution(
        Id=first["Id"], IfMatch=first["ETag"], DistributionConfig=first["DistributionConfig"]
    )


def test_alias_is_given_once(sandbox: Sandbox, cloudfront: t.Any) -> None:
    sandbox.add_certificate(CERTIFICATE, ["*.example.com"])
    aliases = items("apps.example.com", "APPS.example.com")
    config = distribution(Aliases=aliases, ViewerCertificate=own_certificate())
    refused("InvalidArgument", cloudfront.create_distribution, DistributionConfig=config)


def test_web_acl_of_the_account_is_taken(sandbox: Sandbox, cloudfront: t.Any) -> None:
    sandbox.add_web_acl(WEB_ACL)
    assert created(cloudfront, distribution(WebACLId=WEB_ACL))["DistributionConfig"]["WebACLId"] == WEB_ACL


def test_required_members_are_there() -> None:
    # boto3 itself sends no such thing, so the rule is asked directly.
    with pytest.raises(Refused, match=r"Value null at 'distributionConfig\.comment' .* Member must not be null"):
        shapes.check("DistributionConfig", distribution(Comment=None))


class TestCallerReference:
    def test_makes_one_distribution(self, cloudfront: t.Any) -> None:
        first = created(cloudfront)
        message = refused(
            "DistributionAlreadyExists", cloudfront.create_distribution, DistributionConfig=distribution()
        )
        assert message == (
            "The caller reference that you are using to create a distribution is associated with another distribution. "
            f"Already exists: {first['Id']}"
        )

    def test_two_at_once_make_one(self, sandbox: Sandbox, cloudfront: t.Any) -> None:
        def attempt(_number: int) -> str:
            try:
                return str(created(cloudfront)["Id"])
            except cloudfront.exceptions.DistributionAlreadyExists as error:
                return str(error.response["Error"]["Message"]).rpartition(" ")[2]

        with ThreadPoolExecutor(8) as pool:
            ids = set(pool.map(attempt, range(16)))
        assert ids == set(sandbox.store.of_kind("Distribution"))
        assert len(ids) == 1

    @pytest.mark.parametrize("stays_used", [True, False])
    def test_after_a_delete(self, sandbox: Sandbox, cloudfront: t.Any, stays_used: bool) -> None:
        sandbox.references_stay_used = stays_used
        sandbox.deploy_seconds = 0
        sandbox.reset()
        first = created(cloudfront, distribution(Enabled=False))
        cloudfront.delete_distribution(Id=first["Id"], IfMatch=first["ETag"])
        if stays_used:
            message = refused(
                "DistributionAlreadyExists", cloudfront.create_distribution, DistributionConfig=distribution()
            )
            assert message.endswith(first["Id"])
        else:
            assert created(cloudfront)["Id"] != first["Id"]

    def test_is_free_after_a_refusal(self, cloudfront: t.Any) -> None:
        refused("InvalidArgument", cloudfront.create_distribution, DistributionConfig=distribution(Comment="c" * 129))
        created(cloudfront)

    def test_does_not_change(self, cloudfront: t.Any) -> None:
        first = created(cloudfront)
        config = {**first["DistributionConfig"], "CallerReference": "other"}
        refused(
            "IllegalUpdate",
            cloudfront.update_distribution,
            Id=first["Id"],
            IfMatch=first["ETag"],
            DistributionConfig=config,
        )


class TestUpdate:
    @pytest.mark.parametrize(
        "path",
        [
            *(
                [name]
                for name in (
                    "Aliases",
                    "DefaultRootObject",
                    "CacheBehaviors",
                    "CustomErrorResponses",
                    "Logging",
                    "PriceClass",
                    "ViewerCertificate",
                    "Restrictions",
                    "WebACLId",
                    "HttpVersion",
                )
            ),
            *(
                ["DefaultCacheBehavior", name]
                for name in (
                    "AllowedMethods",
                    "SmoothStreaming",
                    "Compress",
                    "LambdaFunctionAssociations",
                    "FieldLevelEncryptionId",
                )
            ),
            ["CacheBehaviors", "Items", 0, "Compress"],
            ["Origins", "Items", 0, "OriginPath"],
            ["Origins", "Items", 0, "CustomHeaders"],
            ["Origins", "Items", 0, "CustomOriginConfig", "OriginSslProtocols"],
            ["Origins", "Items", 0, "CustomOriginConfig", "OriginReadTimeout"],
            ["Origins", "Items", 0, "CustomOriginConfig", "OriginKeepaliveTimeout"],
        ],
        ids=lambda path: ".".join(map(str, path)),
    )
    def test_says_everything(self, cloudfront: t.Any, path: list[t.Any]) -> None:
        first = created(cloudfront, patterns("/static/*"))
        config = first["DistributionConfig"]
        part = config
        for step in path[:-1]:
            part = part[step]
        del part[path[-1]]
        arguments = {"Id": first["Id"], "IfMatch": first["ETag"], "DistributionConfig": config}
        message = refused("IllegalUpdate", cloudfront.update_distribution, **arguments)
        assert message == f"{path[-1]} is required for updates."

    def test_wants_the_version_that_was_seen(self, cloudfront: t.Any) -> None:
        first = created(cloudfront)
        call, config = cloudfront.update_distribution, first["DistributionConfig"]
        new = call(Id=first["Id"], IfMatch=first["ETag"], DistributionConfig=config)["ETag"]
        refused("InvalidIfMatchVersion", call, Id=first["Id"], DistributionConfig=config)
        refused("PreconditionFailed", call, Id=first["Id"], IfMatch=first["ETag"], DistributionConfig=config)
        assert cloudfront.get_distribution(Id=first["Id"])["ETag"] == new
        refused("NoSuchDistribution", call, Id="E0", IfMatch=new, DistributionConfig=config)
        # What is wrong with the rest comes after that.
        refused("PreconditionFailed", call, Id=first["Id"], IfMatch=first["ETag"], DistributionConfig=distribution())

    def test_is_checked_like_a_new_one(self, cloudfront: t.Any) -> None:
        first = created(cloudfront)
        config = merged(first["DistributionConfig"], {"DefaultCacheBehavior": {"CachePolicyId": NOWHERE}})
        arguments = {"Id": first["Id"], "IfMatch": first["ETag"], "DistributionConfig": config}
        refused("NoSuchCachePolicy", cloudfront.update_distribution, **arguments)
        assert cloudfront.get_distribution(Id=first["Id"])["ETag"] == first["ETag"]

    def test_replaces_what_was_there(self, cloudfront: t.Any) -> None:
        first = created(cloudfront, distribution(IsIPV6Enabled=True))
        config = {**first["DistributionConfig"], "Comment": "new"}
        del config["IsIPV6Enabled"]
        answer = cloudfront.update_distribution(Id=first["Id"], IfMatch=first["ETag"], DistributionConfig=config)
        new = answer["Distribution"]["DistributionConfig"]
        assert (new["Comment"], new["IsIPV6Enabled"]) == ("new", False)

    def test_changes_from_one_certificate_to_the_other(self, sandbox: Sandbox, cloudfront: t.Any) -> None:
        sandbox.add_certificate(CERTIFICATE, ["*.example.com"])
        last = created(cloudfront)
        for certificate in (own_certificate(), {"CloudFrontDefaultCertificate": True}):
            config = {**last["DistributionConfig"], "ViewerCertificate": certificate}
            answer = cloudfront.update_distribution(Id=last["Id"], IfMatch=last["ETag"], DistributionConfig=config)
            last = {**answer["Distribution"], "ETag": answer["ETag"]}
        assert last["DistributionConfig"]["ViewerCertificate"]["CertificateSource"] == "cloudfront"


class TestRollout:
    def test_is_in_progress_before_it_is_deployed(self, cloudfront: t.Any) -> None:
        first = created(cloudfront)
        assert first["Status"] == "InProgress"
        assert _deployed(cloudfront, first["Id"])["Status"] == "Deployed"
        config = first["DistributionConfig"]
        again = cloudfront.update_distribution(Id=first["Id"], IfMatch=first["ETag"], DistributionConfig=config)
        assert again["Distribution"]["Status"] == "InProgress"
        assert _deployed(cloudfront, first["Id"])["DistributionConfig"] == config
        assert cloudfront.list_distributions()["DistributionList"]["Items"][0]["Status"] == "Deployed"

    def test_delete_wants_it_disabled_everywhere(self, sandbox: Sandbox, cloudfront: t.Any) -> None:
        sandbox.deploy_seconds = 3600
        sandbox.reset()
        first = created(cloudfront, distribution(Enabled=False))
        delete = cloudfront.delete_distribution
        refused("DistributionNotDisabled", delete, Id=first["Id"], IfMatch=first["ETag"])

    def test_delete_wants_it_disabled(self, cloudfront: t.Any) -> None:
        first = created(cloudfront)
        _deployed(cloudfront, first["Id"])
        delete = cloudfront.delete_distribution
        refused("DistributionNotDisabled", delete, Id=first["Id"], IfMatch=first["ETag"])
        config = {**first["DistributionConfig"], "Enabled": False}
        etag = cloudfront.update_distribution(Id=first["Id"], IfMatch=first["ETag"], DistributionConfig=config)["ETag"]
        _deployed(cloudfront, first["Id"])
        refused("InvalidIfMatchVersion", delete, Id=first["Id"])
        refused("PreconditionFailed", delete, Id=first["Id"], IfMatch=first["ETag"])
        delete(Id=first["Id"], IfMatch=etag)
        refused("NoSuchDistribution", cloudfront.get_distribution, Id=first["Id"])
        refused("NoSuchDistribution", delete, Id=first["Id"], IfMatch=etag)


def _deployed(cloudfront: t.Any, id_: str) -> t.Any:
    waiter = cloudfront.get_waiter("distribution_deployed")
    waiter.wait(Id=id_, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
    return cloudfront.get_distribution(Id=id_)["Distribution"]


class TestAssociations:
    def test_function_is_published_first(self, cloudfront: t.Any) -> None:
        arn = function(cloudfront, published=False)
        config = default(FunctionAssociations=items({"FunctionARN": arn, "EventType": "viewer-request"}))
        refused("InvalidFunctionAssociation", cloudfront.create_distribution, DistributionConfig=config)

    def test_function_runs_for_viewers(self, cloudfront: t.Any) -> None:
        arn = function(cloudfront)
        config = default(FunctionAssociations=items({"FunctionARN": arn, "EventType": "origin-request"}))
        refused("InvalidFunctionAssociation", cloudfront.create_distribution, DistributionConfig=config)

    def test_one_function_an_event(self, cloudfront: t.Any) -> None:
        one, other = function(cloudfront), function(cloudfront, "other")
        both = [{"FunctionARN": arn, "EventType": "viewer-request"} for arn in (one, other)]
        config = default(FunctionAssociations=items(*both))
        refused("InvalidFunctionAssociation", cloudfront.create_distribution, DistributionConfig=config)

    def test_a_hundred_distributions_use_one_function(self, cloudfront: t.Any) -> None:
        using = items({"FunctionARN": function(cloudfront), "EventType": "viewer-request"})
        for number in range(100):
            created(cloudfront, merged(default(FunctionAssociations=using), {"CallerReference": str(number)}))
        config = default(FunctionAssociations=using)
        code = "TooManyDistributionsWithSingleFunctionARN"
        refused(code, cloudfront.create_distribution, DistributionConfig=config)

    def test_lambda_function_is_a_numbered_version(self, aws: Aws, cloudfront: t.Any) -> None:
        arn = _lambda_version(aws)
        created(cloudfront, default(LambdaFunctionAssociations=_at("origin-request", arn)))
        latest = arn.rpartition(":")[0]
        config = merged(default(LambdaFunctionAssociations=_at("origin-request", latest)), {"CallerReference": "other"})
        refused("InvalidLambdaFunctionAssociation", cloudfront.create_distribution, DistributionConfig=config)

    def test_lambda_function_is_in_us_east_1(self, aws: Aws, cloudfront: t.Any) -> None:
        elsewhere = _lambda_version(aws).replace("us-east-1", "eu-west-1")
        config = default(LambdaFunctionAssociations=_at("origin-request", elsewhere))
        refused("InvalidLambdaFunctionAssociation", cloudfront.create_distribution, DistributionConfig=config)

    @pytest.mark.parametrize(
        ("message", "settings"),
        [
            ("assumable", {"services": ["lambda.amazonaws.com"]}),
            ("environment variables", {"Environment": {"Variables": {"A": "b"}}}),
            ("x86_64", {"Architectures": ["arm64"]}),
            ("VPC", {"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}}),
            ("timeout", {"Timeout": 6}),
            ("memory", {"MemorySize": 256}),
            ("code size", {"Code": {"ZipFile": b"0" * 1_000_001}}),
        ],
    )
    def test_lambda_function_is_one_for_viewers(
        self, aws: Aws, cloudfront: t.Any, message: str, settings: dict[str, t.Any]
    ) -> None:
        config = default(LambdaFunctionAssociations=_at("viewer-request", _lambda_version(aws, **settings)))
        with pytest.raises(ClientError, match=message) as caught:
            cloudfront.create_distribution(DistributionConfig=config)
        assert caught.value.response["Error"]["Code"] == "InvalidLambdaFunctionAssociation"

    def test_lambda_function_has_no_layers(self, aws: Aws, cloudfront: t.Any) -> None:
        layer = aws("lambda").publish_layer_version(LayerName="layer", Content={"ZipFile": _EMPTY_ZIP})
        version = _lambda_version(aws, Layers=[layer["LayerVersionArn"]])
        config = default(LambdaFunctionAssociations=_at("origin-request", version))
        refused("InvalidLambdaFunctionAssociation", cloudfront.create_distribution, DistributionConfig=config)

    def test_lambda_function_for_origins_may_be_larger(self, aws: Aws, cloudfront: t.Any) -> None:
        version = _lambda_version(aws, Timeout=30, MemorySize=512, Code={"ZipFile": b"0" * 1_000_001})
        created(cloudfront, default(LambdaFunctionAssociations=_at("origin-request", version)))

    def test_body_is_for_requests(self, aws: Aws, cloudfront: t.Any) -> None:
        item = {"LambdaFunctionARN": _lambda_version(aws), "EventType": "origin-response", "IncludeBody": True}
        config = default(LambdaFunctionAssociations=items(item))
        refused("InvalidLambdaFunctionAssociation", cloudfront.create_distribution, DistributionConfig=config)

    def test_lambda_function_with_replicas_stays(self, sandbox: Sandbox, aws: Aws, cloudfront: t.Any) -> None:
        sandbox.replica_seconds = 0.3
        sandbox.reset()
        version = _lambda_version(aws)
        made = created(cloudfront, default(LambdaFunctionAssociations=_at("origin-request", version)))
        delete = aws("lambda").delete_function
        with pytest.raises(ClientError, match="because it is a replicated function"):
            delete(FunctionName="edge")
        answer = cloudfront.get_distribution_config(Id=made["Id"])
        config = answer["DistributionConfig"]
        config["DefaultCacheBehavior"]["LambdaFunctionAssociations"] = {"Quantity": 0}
        cloudfront.update_distribution(Id=made["Id"], IfMatch=answer["ETag"], DistributionConfig=config)
        with pytest.raises(ClientError, match="because it is a replicated function"):
            delete(FunctionName="edge", Qualifier="1")
        time.sleep(0.35)
        delete(FunctionName="edge")
        config["Comment"] = "again"
        config["DefaultCacheBehavior"]["LambdaFunctionAssociations"] = _at("origin-request", version)
        etag = cloudfront.get_distribution_config(Id=made["Id"])["ETag"]
        refused(
            "InvalidLambdaFunctionAssociation",
            cloudfront.update_distribution,
            Id=made["Id"],
            IfMatch=etag,
            DistributionConfig=config,
        )

    def test_versions_of_lambda_functions_have_numbers_of_their_own(self, aws: Aws) -> None:
        _lambda_version(aws)
        client = aws("lambda")
        assert client.publish_version(FunctionName="edge")["Version"] == "1"
        numbers = []
        for seconds in (4, 5):
            client.update_function_configuration(FunctionName="edge", Timeout=seconds)
            numbers.append(client.publish_version(FunctionName="edge")["Version"])
            client.delete_function(FunctionName="edge", Qualifier=numbers[-1])
        assert numbers == ["2", "3"]

    def test_both_kinds_of_function_do_not_meet_at_the_viewer(self, aws: Aws, cloudfront: t.Any) -> None:
        config = default(
            LambdaFunctionAssociations=_at("viewer-response", _lambda_version(aws)),
            FunctionAssociations=items({"FunctionARN": function(cloudfront), "EventType": "viewer-request"}),
        )
        refused("InvalidFunctionAssociation", cloudfront.create_distribution, DistributionConfig=config)

    @pytest.mark.parametrize(
        ("code", "origin"),
        [
            pytest.param("InvalidOriginAccessControl", custom_origin(), id="no bucket"),
            pytest.param(
                "IllegalOriginAccessConfiguration",
                s3_origin(S3OriginConfig={"OriginAccessIdentity": "origin-access-identity/cloudfront/E0"}),
                id="with an identity as well",
            ),
        ],
    )
    def test_access_control_is_for_a_bucket(self, cloudfront: t.Any, code: str, origin: Config) -> None:
        answer = cloudfront.create_origin_access_control(OriginAccessControlConfig=access_control())
        id_ = answer["OriginAccessControl"]["Id"]
        config = distribution(Origins=items({**origin, "OriginAccessControlId": id_}))
        refused(code, cloudfront.create_distribution, DistributionConfig=config)


def _at(event: str, arn: str) -> Config:
    return items({"LambdaFunctionARN": arn, "EventType": event})


def _lambda_version(aws: Aws, **settings: t.Any) -> str:
    services = settings.pop("services", EDGE)
    role = aws("iam").create_role(RoleName="edge", AssumeRolePolicyDocument=trust(services))["Role"]["Arn"]
    answer = aws("lambda").create_function(
        **{
            "FunctionName": "edge",
            "Runtime": "python3.13",
            "Role": role,
            "Handler": "a.b",
            "Code": {"ZipFile": _EMPTY_ZIP},
            "Publish": True,
            **settings,
        }
    )
    arn: str = answer["FunctionArn"]
    return arn if arn.endswith(":1") else f"{arn}:1"


_EMPTY_ZIP = b"PK\x05\x06" + b"\0" * 18


def test_an_account_has_five_hundred_distributions(sandbox: Sandbox, cloudfront: t.Any) -> None:
    first = created(cloudfront, default(CachePolicyId=CACHING_DISABLED))
    store = sandbox.store
    with store.lock:
        made = store.of_kind("Distribution")
        made.update({f"E{number}": made[first["Id"]] for number in range(499)})
    config = distribution(CallerReference="one-more")
    refused("TooManyDistributions", cloudfront.create_distribution, DistributionConfig=config)
