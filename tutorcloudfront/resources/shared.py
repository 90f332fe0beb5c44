"""What the distributions of a platform share: how each way of serving is made of policies and functions."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from tutorcloudfront.naming import MAX_COMMENT_LENGTH, shortened
from tutorcloudfront.resources.resource import Config, Ref, Resource
from tutorcloudfront.resources.tags import ownership
from tutorcloudfront.settings import Settings
from tutorcloudfront.sites import Serve

#: Managed cache policy CachingDisabled:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
#: Managed response headers policy SimpleCORS, `Access-Control-Allow-Origin: *` where the origin sends none:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
SIMPLE_CORS = "60669652-455b-4ae9-85a4-c4c02393f86c"

FUNCTION_RUNTIME = "cloudfront-js-2.0"
ONE_YEAR = 31_536_000
#: What the names of shared resources end with, behind the prefix and before the number of a further one.
PURPOSES = ("static", "origin", "query", "refuse")


@dataclass(frozen=True)
class Treatment:
    """The policies (an id of AWS's, or one of ours) and the function that make up a way of serving."""

    cache: Ref | str
    forward: Ref | None = None
    headers: str | None = None
    function: Ref | None = None

    @property
    def config(self) -> Config:
        """The fields of a cache behavior that say so."""
        associations = [{"EventType": "viewer-request", "FunctionARN": self.function}] if self.function else []
        return {
            "CachePolicyId": self.cache,
            "OriginRequestPolicyId": self.forward,
            "ResponseHeadersPolicyId": self.headers,
            "FunctionAssociations": {"Items": associations},
        }


def treatments(settings: Settings) -> dict[Serve, Treatment]:
    """Return what CloudFront needs for each way of serving a path."""
    prefix = settings.resource_prefix
    query = Ref("origin_request_policy", f"{prefix}-query")
    static = Treatment(Ref("cache_policy", f"{prefix}-static"), headers=SIMPLE_CORS)
    if settings.cache_config.max_ttl == 0:
        # CloudFront refuses a custom policy with a query string in the key that caches nothing.
        static = Treatment(CACHING_DISABLED, forward=query, headers=SIMPLE_CORS)
    return {
        "static": static,
        "origin": Treatment(Ref("cache_policy", f"{prefix}-origin"), headers=SIMPLE_CORS),
        "dynamic": Treatment(CACHING_DISABLED, forward=query),
        "refused": Treatment(CACHING_DISABLED, function=Ref("function", f"{prefix}-refuse")),
    }


def shared_resource(meant: Ref, name: str, settings: Settings) -> Resource:
    """Return the resource that a treatment speaks of, under the name that it has for its share of the sites."""
    cache = settings.cache_config
    makers = {
        "static": lambda: _cache_policy(name, settings, (cache.min_ttl, cache.default_ttl, cache.max_ttl)),
        # Without headers of the origin's, each request asks it whether its copy is still good.
        "origin": lambda: _cache_policy(name, settings, (0, 0, ONE_YEAR)),
        "query": lambda: _query_string_policy(name, settings),
        "refuse": lambda: _refusing_function(name, settings),
    }
    return makers[meant.name.removeprefix(f"{settings.resource_prefix}-")]()


def comment_begin(prefix: str) -> str:
    """Return what the comments of all resources of a platform begin with."""
    return f"tutor-contrib-cloudfront {prefix}: "


def _comment(settings: Settings, purpose: str) -> str:
    return shortened(f"{comment_begin(settings.resource_prefix)}{purpose}", MAX_COMMENT_LENGTH)


def _cache_policy(name: str, settings: Settings, ttls: tuple[int, int, int]) -> Resource:
    """Return a policy whose cache key is path and query string; `ttls` are min, default and max in seconds.

    Assets are told apart by `?v=…` as well as by path. With encodings in the key, CloudFront caches gzip and Brotli.
    Fields: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html
    """
    config = {
        "Name": name,
        "Comment": _comment(settings, "how long answers are kept"),
        "MinTTL": ttls[0],
        "DefaultTTL": ttls[1],
        "MaxTTL": ttls[2],
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": True,
            "EnableAcceptEncodingBrotli": True,
            **_only_query_strings(),
        },
    }
    return Resource("cache_policy", name, config)


def _query_string_policy(name: str, settings: Settings) -> Resource:
    """Return a policy for answers that are not cached.

    Fields: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginRequestPolicyConfig.html
    """
    config = {"Name": name, "Comment": _comment(settings, "what the origin is told"), **_only_query_strings()}
    return Resource("origin_request_policy", name, config)


def _only_query_strings() -> Config:
    return {
        "HeadersConfig": {"HeaderBehavior": "none"},
        "CookiesConfig": {"CookieBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "all"},
    }


def _refusing_function(name: str, settings: Settings) -> Resource:
    code = files("tutorcloudfront.resources").joinpath("refuse.js").read_bytes()
    # AWS's list shows a function's comment and not its code: the digest there tells whether the code is the same.
    comment = _comment(settings, f"code {sha256(code).hexdigest()[:16]}")
    config = {"Comment": comment, "Runtime": FUNCTION_RUNTIME}
    return Resource("function", name, config, tags=ownership(settings, name), attachments={"FunctionCode": code})
