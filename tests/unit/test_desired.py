"""What AWS is to hold for given settings."""

from __future__ import annotations

import typing as t
from collections import Counter
from hashlib import sha256

from tests.support.settings import CERTIFICATE, extra_domain
from tests.unit.resources import behavior, desired
from tutorcloudfront.resources.resource import Ref
from tutorcloudfront.resources.shared import CACHING_DISABLED, SIMPLE_CORS


def distribution(site: str, **values: t.Any) -> t.Any:
    return desired(**values)[Ref("distribution", site)].config


def test_a_platform_needs_few_shared_resources() -> None:
    assert [str(ref.name) for ref in desired(EXTRA_DOMAINS=[extra_domain()])] == [
        "learn-example-com-origin",
        "learn-example-com-static",
        "learn-example-com-refuse",
        "learn-example-com-query",
        "lms",
        "cms",
        "apps.learn.example.com",
    ]


def test_a_platform_of_150_extra_domains_needs_at_most_3_policies_of_a_kind() -> None:
    domains = [extra_domain(f"site{number}.example.com") for number in range(150)]

    kinds = Counter(ref.kind for ref in desired(EXTRA_DOMAINS=domains))

    assert kinds == {"cache_policy": 3, "function": 1, "distribution": 152}


def test_of_lms_and_studio_only_static_files_reach_the_origin() -> None:
    for site in ("lms", "cms"):
        config = distribution(site)
        refusing = [{"EventType": "viewer-request", "FunctionARN": Ref("function", "learn-example-com-refuse")}]
        assert [each["PathPattern"] for each in config["CacheBehaviors"]["Items"]] == ["/static/*"]
        assert config["DefaultCacheBehavior"]["FunctionAssociations"]["Items"] == refusing
        assert behavior(config, "/static/*")["FunctionAssociations"]["Items"] == []


def test_static_files_are_cached_as_configured_and_open_to_all_origins_without_cookies() -> None:
    resources = desired(CACHE_CONFIG={"min_ttl": 1, "default_ttl": 20, "max_ttl": 300})
    static = behavior(resources[Ref("distribution", "lms")].config, "/static/*")
    policy = resources[static["CachePolicyId"]].config

    assert (policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"]) == (1, 20, 300)
    assert policy["ParametersInCacheKeyAndForwardedToOrigin"] == {
        "EnableAcceptEncodingGzip": True,
        "EnableAcceptEncodingBrotli": True,
        "HeadersConfig": {"HeaderBehavior": "none"},
        "CookiesConfig": {"CookieBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "all"},
    }
    assert static["ResponseHeadersPolicyId"] == SIMPLE_CORS
    assert static["OriginRequestPolicyId"] is None


def test_static_files_that_are_not_to_be_cached_use_the_managed_policy_and_pass_the_query_on() -> None:
    resources = desired(CACHE_CONFIG={"min_ttl": 0, "default_ttl": 0, "max_ttl": 0})
    static = behavior(resources[Ref("distribution", "lms")].config, "/static/*")

    assert static["CachePolicyId"] == CACHING_DISABLED
    assert resources[static["OriginRequestPolicyId"]].config["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert not [ref for ref in resources if ref.kind == "cache_policy"]


ASSETS = ["/assets/courseware/*", "/asset-v1:*", "/c4x/*"]


def test_course_assets_are_refused_unless_switched_on() -> None:
    assert all(behavior(distribution("lms"), path) == behavior(distribution("lms"), "/login") for path in ASSETS)


def test_course_assets_are_cached_as_the_lms_says_and_never_for_who_may_see_locked_ones() -> None:
    resources = desired(COURSE_ASSETS=True)
    config = resources[Ref("distribution", "lms")].config

    for path in ASSETS:
        served = behavior(config, path)
        policy = resources[served["CachePolicyId"]].config
        parameters = policy["ParametersInCacheKeyAndForwardedToOrigin"]
        # A minimum would keep what the LMS marks as private, and a default what it says nothing of.
        assert (policy["MinTTL"], policy["DefaultTTL"]) == (0, 0)
        # Whoever asks, the LMS sees nobody, and so answers all alike: it gives locked assets to no one.
        assert parameters["CookiesConfig"] == {"CookieBehavior": "none"}
        assert parameters["HeadersConfig"] == {"HeaderBehavior": "none"}
        assert parameters["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
        assert served["OriginRequestPolicyId"] is None
        assert served["FunctionAssociations"]["Items"] == []
        assert served["ResponseHeadersPolicyId"] == SIMPLE_CORS
    assert behavior(config, "/login")["FunctionAssociations"]["Items"] != []


def test_the_mfe_host_is_served_whole_with_its_configuration_never_cached() -> None:
    config = distribution("apps.learn.example.com", EXTRA_DOMAINS=[extra_domain()])

    assert config["DefaultCacheBehavior"]["CachePolicyId"] == Ref("cache_policy", "learn-example-com-origin")
    for path in ("/api/mfe_config/*", "/api/frontend_site_config/*"):
        assert behavior(config, path)["CachePolicyId"] == CACHING_DISABLED
        assert behavior(config, path)["OriginRequestPolicyId"].name == "learn-example-com-query"


def test_the_policy_for_whole_hosts_keeps_nothing_that_the_origin_does_not_allow() -> None:
    policy = desired(EXTRA_DOMAINS=[extra_domain()])[Ref("cache_policy", "learn-example-com-origin")].config

    assert (policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"]) == (0, 0, 31_536_000)


def test_viewers_and_origins_are_spoken_to_over_modern_https_only() -> None:
    config = distribution("apps.learn.example.com", EXTRA_DOMAINS=[extra_domain()])
    (origin,) = config["Origins"]["Items"]

    assert config["ViewerCertificate"] == {
        "ACMCertificateArn": CERTIFICATE,
        "SSLSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021",
    }
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert origin["CustomOriginConfig"]["OriginSslProtocols"] == {"Items": ["TLSv1.2"]}
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert (config["HttpVersion"], config["IsIPV6Enabled"]) == ("http2and3", True)
    assert config["DefaultCacheBehavior"]["Compress"] is True


def test_without_an_alias_the_default_certificate_serves_with_nothing_beside_it() -> None:
    assert distribution("lms")["ViewerCertificate"] == {"CloudFrontDefaultCertificate": True}


def test_a_distribution_is_known_by_comment_reference_and_tags() -> None:
    resource = desired(TAGS={"team": "ops"})[Ref("distribution", "lms")]

    assert resource.config["Comment"] == "tutor-contrib-cloudfront learn-example-com: lms"
    assert resource.config["CallerReference"] == "tutor-contrib-cloudfront/learn-example-com/lms"
    assert resource.tags == {
        "team": "ops",
        "tutor-cloudfront:prefix": "learn-example-com",
        "tutor-cloudfront:name": "lms",
        "tutor-cloudfront:tags": "ca8b2",
    }


def test_a_long_host_name_still_gives_a_comment_that_aws_accepts() -> None:
    host = ".".join(["a" * 60] * 4)

    comment = distribution(host, EXTRA_DOMAINS=[extra_domain(host, alias="origin.example.com")])["Comment"]

    assert len(comment) == 128


def test_price_class_and_web_acl_are_every_distributions() -> None:
    acl = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/shield/12345678-1234-1234-1234-123456789012"
    for site in ("lms", "cms"):
        config = distribution(site, PRICE_CLASS="PriceClass_100", WEB_ACL_ARN=acl)
        assert (config["PriceClass"], config["WebACLId"]) == ("PriceClass_100", acl)


def test_a_functions_comment_tells_its_code_which_lists_do_not_show() -> None:
    function = desired()[Ref("function", "learn-example-com-refuse")]

    digest = sha256(function.attachments["FunctionCode"]).hexdigest()
    assert function.config["Comment"].endswith(f"code {digest[:16]}")
