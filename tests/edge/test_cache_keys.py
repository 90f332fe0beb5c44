"""Two requests that CloudFront tells apart never share an entry of the cache, and what is not in the key stays here.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.soak import examples
from tutorcloudfront.sandbox.edge.cache_key import key_for
from tutorcloudfront.sandbox.edge.deployment import NOTHING, Behavior, Site
from tutorcloudfront.sandbox.edge.forwarding import origin_request
from tutorcloudfront.sandbox.edge.request import Request

pytestmark = pytest.mark.soak

#: Few of each, so that two requests often have the same.
NAMES = ["a", "b", "c"]
LISTED = st.lists(st.sampled_from(NAMES), unique=True, min_size=1)
PAIRS = st.tuples(st.sampled_from(NAMES), st.sampled_from(["", "1", "2", "1=2"]))
ENCODINGS = ["br", "gzip", "identity", "br;q=0"]
#: What CloudFront tells the origin of the way here, whatever the policies say.
OF_THE_WAY = {"via", "x-forwarded-for", "x-amz-cf-id", "connection"}


def choice(kind: str, *behaviors: str) -> st.SearchStrategy[dict[str, t.Any]]:
    """Return what a policy may say of headers, cookies or query strings."""

    def config(behavior: str, listed: list[str]) -> dict[str, t.Any]:
        some = {f"{kind}s": {"Items": listed}} if behavior in ("whitelist", "allExcept") else {}
        return {f"{kind}Behavior": behavior, **some}

    return st.builds(config, st.sampled_from(behaviors), LISTED)


POLICIES = st.fixed_dictionaries(
    {
        "EnableAcceptEncodingGzip": st.booleans(),
        "EnableAcceptEncodingBrotli": st.booleans(),
        "HeadersConfig": choice("Header", "none", "whitelist"),
        "CookiesConfig": choice("Cookie", "none", "whitelist", "allExcept", "all"),
        "QueryStringsConfig": choice("QueryString", "none", "whitelist", "allExcept", "all"),
    }
)


def request(
    method: str, path: str, query: list[tuple[str, str]], headers: list[tuple[str, str]], cookies: t.Any, encoding: str
) -> Request:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies)
    sent = (*headers, *([("cookie", cookie)] if cookie else ()), ("accept-encoding", encoding))
    text = "&".join(f"{name}={value}" if value else name for name, value in query)
    return Request(method, "https", "learn.example.com", path, text, sent)


REQUESTS = st.builds(
    request,
    st.sampled_from(["GET", "HEAD", "OPTIONS"]),
    st.sampled_from(["/", "/a", "/%61", "/A", "/a/"]),
    st.lists(PAIRS, max_size=3),
    st.lists(PAIRS, max_size=3),
    st.lists(PAIRS, max_size=3),
    st.lists(st.sampled_from(ENCODINGS), max_size=2).map(",".join),
)


def behavior(policy: dict[str, t.Any]) -> Behavior:
    return Behavior("*", {}, {"ParametersInCacheKeyAndForwardedToOrigin": policy}, NOTHING, {}, {})


def keys(policy: dict[str, t.Any], *requests: Request) -> list[t.Any]:
    site = Site("E1", "arn", "d1.cloudfront.net", {}, ())
    return [key_for(site, behavior(policy), one) for one in requests]


def told_apart_by(policy: dict[str, t.Any], sent: Request) -> t.Any:
    """Return what of a request counts, in the words of AWS's documentation."""
    query = [part for part in sent.query.split("&") if part]
    headers = {name: [value for key, value in sent.headers if key == name] for name in NAMES}
    cookies = {name: value for name, value in sent.cookies.items() if counts(policy["CookiesConfig"], "Cookie", name)}
    return (
        "GET" if sent.method == "HEAD" else sent.method,
        sent.path,
        [part for part in query if counts(policy["QueryStringsConfig"], "QueryString", part.partition("=")[0])],
        {name: values for name, values in headers.items() if counts(policy["HeadersConfig"], "Header", name)},
        cookies,
        {name for name in encodings(policy) if name in sent.header("accept-encoding").split(",")},
    )


def counts(config: dict[str, t.Any], kind: str, name: str) -> bool:
    mode, listed = config[f"{kind}Behavior"], config.get(f"{kind}s", {}).get("Items", [])
    return mode == "all" or (mode == "whitelist" and name in listed) or (mode == "allExcept" and name not in listed)


def encodings(policy: dict[str, t.Any]) -> list[str]:
    enabled = {"gzip": policy["EnableAcceptEncodingGzip"], "br": policy["EnableAcceptEncodingBrotli"]}
    return [name for name, on in enabled.items() if on]


LISTED_A = {
    "EnableAcceptEncodingGzip": False,
    "EnableAcceptEncodingBrotli": False,
    "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": {"Items": ["a"]}},
    "CookiesConfig": {"CookieBehavior": "all"},
    "QueryStringsConfig": {"QueryStringBehavior": "all"},
}
ONE_WAY = request("GET", "/", [], [("a", "1"), ("a", "2")], [], "")
OTHER_WAY = request("GET", "/", [], [("a", "2"), ("a", "1")], [], "")


@settings(deadline=None, max_examples=examples(300))
@given(POLICIES, REQUESTS, REQUESTS)
@example(LISTED_A, ONE_WAY, OTHER_WAY)
def test_requests_share_an_entry_when_nothing_that_counts_differs_and_only_then(
    policy: dict[str, t.Any], one: Request, other: Request
) -> None:
    key_of_one, key_of_other = keys(policy, one, other)

    assert (key_of_one == key_of_other) == (told_apart_by(policy, one) == told_apart_by(policy, other))


@settings(deadline=None, max_examples=examples(300))
@given(POLICIES, REQUESTS, REQUESTS)
@example(LISTED_A, ONE_WAY, OTHER_WAY)
def test_an_origin_can_not_answer_by_what_is_not_in_the_key(
    policy: dict[str, t.Any], one: Request, other: Request
) -> None:
    # As much alike as the policy lets them be: what is left over must not reach the origin.
    other = replace(other, method=one.method, path=one.path)
    key_of_one, key_of_other = keys(policy, one, other)

    if key_of_one == key_of_other:
        assert as_the_origin_sees(policy, one) == as_the_origin_sees(policy, other)


def as_the_origin_sees(policy: dict[str, t.Any], sent: Request) -> t.Any:
    asked = origin_request(behavior(policy), sent, "id", cached=True)
    headers = {name: asked.header(name) for name, _ in asked.headers if name not in OF_THE_WAY | {"cookie"}}
    return asked.method, asked.path, asked.query, headers, asked.cookies
