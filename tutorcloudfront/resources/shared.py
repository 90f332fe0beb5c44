"""What the distributions of a platform share: how each way of serving is made of policies, functions and keys."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.resources import files

from tutorcloudfront.authorization import goes_by_cookies, trusted_origins
from tutorcloudfront.edge.package import TOKEN_DIGEST_HEADER
from tutorcloudfront.naming import MAX_COMMENT_LENGTH, shortened
from tutorcloudfront.resources.resource import Config, Ref, Resource
from tutorcloudfront.resources.tags import ownership
from tutorcloudfront.settings import Settings
from tutorcloudfront.sites import Behavior, Site

#: Managed cache policies CachingDisabled and CachingOptimized:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
#: Managed response headers policy SimpleCORS, `Access-Control-Allow-Origin: *` where the origin sends none:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
SIMPLE_CORS = "60669652-455b-4ae9-85a4-c4c02393f86c"
#: Managed origin request policy CORS-S3Origin, by which a bucket can answer the preflight requests of scripts:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
CORS_S3_ORIGIN = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"

FUNCTION_RUNTIME = "cloudfront-js-2.0"
ONE_DAY = 86_400
ONE_YEAR = 31_536_000
#: How long a browser may go by the answer to a preflight request, in seconds.
PREFLIGHT_AGE = 600


@dataclass(frozen=True)
class Purpose:
    """What a shared resource is for: its kind, and what its name ends with behind the prefix."""

    kind: str
    name: str


QUERY = Purpose("origin_request_policy", "query")
SERVICE = Purpose("origin_request_policy", "service")
LEARNERS = Purpose("response_headers_policy", "learners")
SCRIPTS = Purpose("response_headers_policy", "scripts")
REFUSE = Purpose("function", "refuse")
NO_DOTS = Purpose("function", "no-dots")
ORIGIN_ACCESS = Purpose("origin_access_control", "s3")
KEYS = Purpose("key_group", "keys")


@dataclass(frozen=True)
class Treatment:
    """The policies (an id of AWS's, or one of ours), the function and the keys that make up a way of serving."""

    cache: Ref | str
    forward: Ref | str | None = None
    headers: Ref | str | None = None
    function: Ref | None = None
    keys: Ref | None = None

    @property
    def config(self) -> Config:
        """The fields of a cache behavior that say so."""
        associations = [{"EventType": "viewer-request", "FunctionARN": self.function}] if self.function else []
        return {
            "CachePolicyId": self.cache,
            "OriginRequestPolicyId": self.forward,
            "ResponseHeadersPolicyId": self.headers,
            "FunctionAssociations": {"Items": associations},
            "TrustedKeyGroups": {"Enabled": bool(self.keys), "Items": [self.keys] if self.keys else []},
        }


def named(purpose: Purpose, settings: Settings) -> Ref:
    """Return the resource that serves a purpose, the first of its kind."""
    return Ref(purpose.kind, f"{settings.resource_prefix}-{purpose.name}")


def treatment(behavior: Behavior, site: Site, settings: Settings) -> Treatment:
    """Return what CloudFront needs to serve the paths of a behavior as it says, to those who may have them."""
    if behavior.serve == "refused":
        return Treatment(CACHING_DISABLED, function=named(REFUSE, settings))
    found = _public(behavior, site, settings)
    if site.service:
        found = replace(found, forward=named(SERVICE, settings))
    if site.access == "public":
        return found
    if site.access == "jwt":
        # The authorizer stands where else a function would, and a token is good for all paths.
        return replace(found, headers=_readers(site, settings), forward=_forward_to_bucket(site) or found.forward)
    # A signature is checked for the path as it was sent, and a web server may resolve dot segments in it. S3 does not.
    guard = None if site.bucket else named(NO_DOTS, settings)
    return replace(found, headers=named(LEARNERS, settings), function=guard, keys=named(KEYS, settings))


def _readers(site: Site, settings: Settings) -> Ref:
    """Return which pages' scripts may read what a site serves: with cookies those of the platform, with tokens all."""
    return named(LEARNERS if goes_by_cookies(settings, site) else SCRIPTS, settings)


def _forward_to_bucket(site: Site) -> str | None:
    return CORS_S3_ORIGIN if site.bucket else None


def _public(behavior: Behavior, site: Site, settings: Settings) -> Treatment:
    query = named(QUERY, settings)
    if behavior.serve == "dynamic":
        return Treatment(CACHING_DISABLED, forward=query)
    if behavior.serve == "static" and settings.cache_config.max_ttl == 0:
        # CloudFront refuses a custom policy with a query string in the key that caches nothing.
        return Treatment(CACHING_DISABLED, forward=query, headers=SIMPLE_CORS)
    # What is in a bucket has no versions by query string.
    keeps = "bucket" if behavior.serve == "origin" and site.bucket else behavior.serve
    if keeps == "bucket" and site.cache_key == "shared":
        return Treatment(CACHING_OPTIMIZED, headers=SIMPLE_CORS)
    return Treatment(named(_cache(keeps, site), settings), headers=SIMPLE_CORS)


def _cache(keeps: str, site: Site) -> Purpose:
    """Return the policy for how long answers are kept, and what of a request they depend on."""
    return CACHES[keeps, bool(site.service), site.cache_key == "token"]


def shared_resource(meant: Ref, name: str, settings: Settings) -> Resource:
    """Return the resource that a treatment speaks of, under the name that it has for its share of the sites."""
    purpose = Purpose(meant.kind, meant.name.removeprefix(f"{settings.resource_prefix}-"))
    return MAKERS[purpose](name, settings)


def is_name_of_ours(name: str, prefix: str) -> bool:
    """Tell whether a name is one that this plugin gives to what the sites of a platform share."""
    purposes = "|".join(re.escape(purpose.name) for purpose in MAKERS)
    return re.fullmatch(rf"{re.escape(prefix)}-(({purposes})(-\d+)?|key-[0-9a-f]+)", name) is not None


def comment_begin(prefix: str) -> str:
    """Return what the comments of all resources of a platform begin with."""
    return f"tutor-contrib-cloudfront {prefix}: "


def comment(settings: Settings, purpose: str) -> str:
    """Return the comment of a resource that is for something."""
    return shortened(f"{comment_begin(settings.resource_prefix)}{purpose}", MAX_COMMENT_LENGTH)


def _ttls(keeps: str, settings: Settings) -> tuple[int, int, int]:
    """Return for how many seconds answers are kept: at least, without headers of the origin's, at most."""
    cache = settings.cache_config
    return {
        "static": (cache.min_ttl, cache.default_ttl, cache.max_ttl),
        # Without headers of the origin's, each request asks it whether its copy is still good.
        "origin": (0, 0, ONE_YEAR),
        # As CachingOptimized, which is for all that needs no header in the key.
        "bucket": (1, ONE_DAY, ONE_YEAR),
        "fixed": (0, ONE_YEAR, ONE_YEAR),
    }[keeps]


def _cache_policy(name: str, settings: Settings, keeps: str, headers: Sequence[str]) -> Resource:
    """Return a policy whose cache key is path, query string and these headers.

    Assets are told apart by `?v=…` as well as by path. With encodings in the key, CloudFront caches gzip and Brotli.
    Fields: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html
    """
    ttls = _ttls(keeps, settings)
    config = {
        "Name": name,
        "Comment": comment(settings, "how long answers are kept"),
        "MinTTL": ttls[0],
        "DefaultTTL": ttls[1],
        "MaxTTL": ttls[2],
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": True,
            "EnableAcceptEncodingBrotli": True,
            **_query_strings_and(headers),
        },
    }
    return Resource("cache_policy", name, config)


def _query_string_policy(name: str, settings: Settings) -> Resource:
    """Return a policy for answers that are not cached.

    Fields: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginRequestPolicyConfig.html
    """
    return _forward_policy(name, settings, ())


def _service_policy(name: str, settings: Settings) -> Resource:
    """Return a policy for services of AWS's: what they take for a part of the request, and no more of the viewer's."""
    return _forward_policy(name, settings, ("Accept", "Content-Type", "X-Amz-Target"))


def _forward_policy(name: str, settings: Settings, headers: Sequence[str]) -> Resource:
    config = {"Name": name, "Comment": comment(settings, "what the origin is told"), **_query_strings_and(headers)}
    return Resource("origin_request_policy", name, config)


def _query_strings_and(headers: Sequence[str]) -> Config:
    named_ = {"HeaderBehavior": "whitelist", "Headers": {"Items": list(headers)}}
    return {
        "HeadersConfig": named_ if headers else {"HeaderBehavior": "none"},
        "CookiesConfig": {"CookieBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "all"},
    }


def _learners_policy(name: str, settings: Settings) -> Resource:
    """Return a policy that lets pages of the platform, and no others, read what their learners have cookies for.

    With credentials, browsers take no wildcards: https://fetch.spec.whatwg.org/#cors-protocol-and-credentials.
    """
    return _cors_policy(name, settings, trusted_origins(settings), credentials=True)


def _scripts_policy(name: str, settings: Settings) -> Resource:
    """Return a policy that lets scripts of all pages read what they have a token for."""
    return _cors_policy(name, settings, ["*"], credentials=False)


def _cors_policy(name: str, settings: Settings, origins: list[str], *, credentials: bool) -> Resource:
    """Fields: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyCorsConfig.html"""
    # Players ask for parts of files, viewers of images for a form of them.
    headers = ["Accept", "Authorization", "If-Modified-Since", "If-None-Match", "If-Range", "Range", "Token"]
    cors = {
        "AccessControlAllowCredentials": credentials,
        "AccessControlAllowOrigins": {"Items": origins},
        # What cookies are good for, pages of others could have done behind a learner's back.
        "AccessControlAllowMethods": {"Items": ["GET", "HEAD", "OPTIONS"] if credentials else ["ALL"]},
        "AccessControlAllowHeaders": {"Items": headers},
        "AccessControlExposeHeaders": {"Items": ["Accept-Ranges", "Content-Length", "Content-Range", "ETag"]},
        "AccessControlMaxAgeSec": PREFLIGHT_AGE,
        "OriginOverride": True,
    }
    config = {"Name": name, "Comment": comment(settings, "which pages may read what is guarded"), "CorsConfig": cors}
    return Resource("response_headers_policy", name, config)


def _function(name: str, settings: Settings, source: str) -> Resource:
    code = files("tutorcloudfront.resources").joinpath(source).read_bytes()
    # AWS's list shows a function's comment and not its code: the digest there tells whether the code is the same.
    config = {"Comment": comment(settings, f"code {sha256(code).hexdigest()[:16]}"), "Runtime": FUNCTION_RUNTIME}
    return Resource("function", name, config, tags=ownership(settings, name), attachments={"FunctionCode": code})


def _origin_access_control(name: str, settings: Settings) -> Resource:
    """Fields: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html"""
    config = {
        "Name": name,
        "Description": comment(settings, "how private buckets know CloudFront"),
        "SigningProtocol": "sigv4",
        "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3",
    }
    return Resource("origin_access_control", name, config)


def _key_group(name: str, settings: Settings) -> Resource:
    """Fields: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_KeyGroupConfig.html"""
    keys = [Ref("public_key", key.name(settings.resource_prefix)) for key in settings.signing_keys]
    config = {"Name": name, "Comment": comment(settings, "keys that sign for learners"), "Items": keys}
    return Resource("key_group", name, config)


Maker = Callable[[str, Settings], Resource]
#: By how long answers are kept, whether they are a service's, and whether each token has its own.
CACHES: t.Final = {
    (keeps, service, token): Purpose("cache_policy", keeps + "-service" * service + "-token" * token)
    for keeps in ("static", "origin", "bucket", "fixed")
    for service in (False, True)
    for token in (False, True)
}


def _cache_maker(keeps: str, service: bool, token: bool) -> Maker:
    # A service answers in the form that was asked for.
    headers = ["Accept"] * service + [TOKEN_DIGEST_HEADER] * token
    return lambda name, settings: _cache_policy(name, settings, keeps, headers)


MAKERS: t.Final[dict[Purpose, Maker]] = {
    **{purpose: _cache_maker(*what) for what, purpose in CACHES.items()},
    QUERY: _query_string_policy,
    SERVICE: _service_policy,
    LEARNERS: _learners_policy,
    SCRIPTS: _scripts_policy,
    REFUSE: lambda name, settings: _function(name, settings, "refuse.js"),
    NO_DOTS: lambda name, settings: _function(name, settings, "no_dots.js"),
    ORIGIN_ACCESS: _origin_access_control,
    KEYS: _key_group,
}
