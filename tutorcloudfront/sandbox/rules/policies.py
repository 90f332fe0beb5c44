"""Cache policies, origin request policies and response headers policies.

Quotas: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
"""

from __future__ import annotations

from tutorcloudfront.sandbox.configs import Config, items
from tutorcloudfront.sandbox.refusal import invalid_if, refuse_if
from tutorcloudfront.sandbox.rules.common import check_named, check_ttls
from tutorcloudfront.sandbox.store import Resource, Store

MAX_NAMES_IN_POLICY = 10
MAX_CSP = 1783
KEY = "ParametersInCacheKeyAndForwardedToOrigin"
#: What a policy chooses from: the name of the choice, of its list, and of the error when the list is too long.
CHOICES = (("Header", "Headers"), ("Cookie", "Cookies"), ("QueryString", "QueryStrings"))
LISTED = ("whitelist", "allExcept", "allViewerAndWhitelistCloudFront")


def check_cache_policy(_store: Store, config: Config, _old: Resource | None) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html"""
    check_named(config)
    _check_order(check_ttls(config))
    _check_choices(config[KEY], "CachePolicy")
    _check_caching_disabled(config)


def check_origin_request_policy(_store: Store, config: Config, _old: Resource | None) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginRequestPolicyConfig.html"""
    check_named(config)
    _check_choices(config, "OriginRequestPolicy")


def check_response_headers_policy(_store: Store, config: Config, _old: Resource | None) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyConfig.html"""
    check_named(config)
    for what, name in (("CustomHeaders", "CustomHeadersConfig"), ("RemoveHeaders", "RemoveHeadersConfig")):
        refuse_if(
            len(items(config.get(name))) > MAX_NAMES_IN_POLICY,
            f"TooMany{what}InResponseHeadersPolicy",
            f"The number of headers in {name} exceeds the maximum.",
        )
    csp = config.get("SecurityHeadersConfig", {}).get("ContentSecurityPolicy", {}).get("ContentSecurityPolicy", "")
    refuse_if(
        len(csp) > MAX_CSP,
        "TooLongCSPInResponseHeadersPolicy",
        "The length of the Content-Security-Policy header value in the response headers policy exceeds the maximum.",
    )
    if "CorsConfig" in config:
        _check_cors(config["CorsConfig"])


def _check_order(ttls: list[int]) -> None:
    invalid_if(ttls != sorted(ttls), "The parameter MinTTL, DefaultTTL, MaxTTL: MinTTL <= DefaultTTL <= MaxTTL.")


def _check_caching_disabled(config: Config) -> None:
    """A policy that caches nothing has no cache key.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html
    """
    if config["MaxTTL"] > 0:
        return
    key = config[KEY]
    settings = {name: key[name] for name in ("EnableAcceptEncodingGzip", "EnableAcceptEncodingBrotli")}
    settings |= {f"{what}Behavior": key[f"{many}Config"][f"{what}Behavior"] != "none" for what, many in CHOICES}
    for name, used in settings.items():
        invalid_if(used, f"The parameter {name} is invalid for policy with caching disabled.")


def _check_choices(config: Config, kind: str) -> None:
    for what, many in CHOICES:
        choice = config[f"{many}Config"]
        names, listed = items(choice.get(many)), choice[f"{what}Behavior"] in LISTED
        invalid_if(listed != bool(names), f"The parameter {many} does not fit the {what}Behavior.")
        refuse_if(
            len(names) > MAX_NAMES_IN_POLICY,
            f"TooMany{many}In{kind}",
            f"The number of {many} in the policy exceeds the maximum of {MAX_NAMES_IN_POLICY}.",
        )
        encoding = what == "Header" and "accept-encoding" in {name.lower() for name in names}
        invalid_if(encoding, "The parameter Headers contains Accept-Encoding that is not allowed.")


def _check_cors(cors: Config) -> None:
    """With credentials, browsers take no wildcard, and CloudFront offers none.

    https://developer.mozilla.org/docs/Web/HTTP/CORS/Errors/CORSNotSupportingCredentials
    """
    allowed = {name: items(cors[f"AccessControlAllow{name}"]) for name in ("Origins", "Headers", "Methods")}
    for name, values in allowed.items():
        parameter = f"The parameter AccessControlAllow{name}"
        invalid_if(not values, f"{parameter} must not be empty.")
        everything = {"*", "ALL"} & set(values)
        invalid_if(everything and len(values) > 1, f"{parameter} must have one item when that is a wildcard.")
        invalid_if(
            everything and cors["AccessControlAllowCredentials"],
            f"{parameter} must not be a wildcard when AccessControlAllowCredentials is true.",
        )
