"""Behaviors that say themselves what is forwarded and for how long answers are kept, as all did before there were policies.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ForwardedValues.html
"""

from __future__ import annotations

from tutorcloudfront.sandbox.configs import Config, items


def cache_policy(behavior: Config) -> Config:
    """Return the cache policy that comes to the same as a behavior's `ForwardedValues`."""
    values = behavior["ForwardedValues"]
    return {
        "MinTTL": behavior["MinTTL"],
        "DefaultTTL": behavior["DefaultTTL"],
        "MaxTTL": behavior["MaxTTL"],
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": True,
            "EnableAcceptEncodingBrotli": False,
            "HeadersConfig": _headers(items(values["Headers"])),
            "CookiesConfig": _cookies(values["Cookies"]),
            "QueryStringsConfig": _query(values),
        },
    }


def _headers(names: list[str]) -> Config:
    if names == ["*"]:
        return {"HeaderBehavior": "allViewer"}
    return {"HeaderBehavior": "whitelist", "Headers": {"Items": names}}


def _cookies(cookies: Config) -> Config:
    return {"CookieBehavior": cookies["Forward"], "Cookies": cookies.get("WhitelistedNames", {})}


def _query(values: Config) -> Config:
    names = items(values["QueryStringCacheKeys"])
    if names:
        return {"QueryStringBehavior": "whitelist", "QueryStrings": {"Items": names}}
    return {"QueryStringBehavior": "all" if values["QueryString"] else "none"}
