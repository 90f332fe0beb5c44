"""What tells objects apart."""

from __future__ import annotations

from tests.edge.rules.table import rule
from tests.sandbox.examples import Config, items
from tests.support.lab import Lab

PAGE = "cache-key-understand-cache-policy.html"


def serve(lab: Lab, **key: Config) -> None:
    lab.serve(default={"CachePolicyId": lab.cache(key=key)})


def query(behavior: str, *names: str) -> Config:
    return {"QueryStringBehavior": behavior, **({"QueryStrings": items(*names)} if names else {})}


def cookies(behavior: str, *names: str) -> Config:
    return {"CookieBehavior": behavior, **({"Cookies": items(*names)} if names else {})}


def headers(*names: str) -> Config:
    return {"HeaderBehavior": "whitelist", "Headers": items(*names)}


@rule("understanding-the-cache-key.html", "by default the key is distribution and path")
def default(lab: Lab) -> None:
    serve(lab)
    assert lab.results("/a", "/a?x=1", "/b") == ["Miss", "Hit", "Miss"]
    other = lab.serve()
    assert lab.get("/a", host=other).result == "Miss"


@rule(PAGE, "query strings that are not in the key do not go to the origin either")
def no_query(lab: Lab) -> None:
    serve(lab)
    lab.get("/a?x=1")
    assert lab.origin.last.path == "/a"


@rule(PAGE, "all query strings in the key: each is an object of its own, and so is each order of them")
def all_queries(lab: Lab) -> None:
    serve(lab, QueryStringsConfig=query("all"))
    assert lab.results("/a?x=1&y=2", "/a?x=1&y=2", "/a?y=2&x=1", "/a?X=1&y=2") == ["Miss", "Hit", "Miss", "Miss"]
    assert lab.origin.of("/a")[0].path == "/a?x=1&y=2"


@rule(PAGE, "listed query strings in the key: others change nothing and stay here")
def listed_queries(lab: Lab) -> None:
    serve(lab, QueryStringsConfig=query("whitelist", "v", "w"))
    assert lab.results("/a?v=1&x=1", "/a?x=2&v=1", "/a?v=2", "/a?V=1") == ["Miss", "Hit", "Miss", "Miss"]
    assert [asked.path for asked in lab.origin.asked] == ["/a?v=1", "/a?v=2", "/a"]


@rule(PAGE, "all query strings but some in the key")
def all_queries_but(lab: Lab) -> None:
    serve(lab, QueryStringsConfig=query("allExcept", "utm"))
    assert lab.results("/a?v=1&utm=x", "/a?v=1&utm=y", "/a?v=2") == ["Miss", "Hit", "Miss"]
    assert lab.origin.asked[0].path == "/a?v=1"


@rule(PAGE, "a listed header is in the key and goes to the origin; others do not")
def listed_headers(lab: Lab) -> None:
    serve(lab, HeadersConfig=headers("Accept-Language"))
    assert [
        lab.get(accept_language=one, x_other=other).result for one, other in (("de", "1"), ("de", "2"), ("fr", "1"))
    ] == [
        "Miss",
        "Hit",
        "Miss",
    ]
    assert (lab.origin.asked[0]["Accept-Language"], lab.origin.asked[0]["X-Other"]) == ("de", "")


@rule(PAGE, "listed cookies are in the key and go to the origin; others do not")
def listed_cookies(lab: Lab) -> None:
    serve(lab, CookiesConfig=cookies("whitelist", "lang"))
    results = [lab.get(cookie=cookie).result for cookie in ("lang=de; id=1", "id=2; lang=de", "lang=fr", "LANG=de")]
    assert results == ["Miss", "Hit", "Miss", "Miss"]
    assert [asked["Cookie"] for asked in lab.origin.asked] == ["lang=de", "lang=fr", ""]


@rule(PAGE, "all cookies, or all but some, in the key")
def all_cookies(lab: Lab) -> None:
    serve(lab, CookiesConfig=cookies("allExcept", "id"))
    assert [lab.get(cookie=cookie).result for cookie in ("a=1; id=1", "a=1; id=2", "a=2")] == ["Miss", "Hit", "Miss"]
    other = lab.serve(default={"CachePolicyId": lab.cache(key={"CookiesConfig": cookies("all")})})
    assert [lab.get(cookie=cookie, host=other).result for cookie in ("a=1", "a=2", "a=1")] == ["Miss", "Miss", "Hit"]


@rule("header-caching.html", "without a policy that names it, no cookie goes to the origin")
def no_cookies(lab: Lab) -> None:
    serve(lab)
    lab.get(cookie="session=secret")
    assert "cookie" not in lab.origin.last.headers


@rule(f"{PAGE}#cache-policy-compressed-objects", "Accept-Encoding is normalized: `br,gzip`, `br`, `gzip` or nothing")
def normalized_encoding(lab: Lab) -> None:
    serve(lab, EnableAcceptEncodingGzip=True, EnableAcceptEncodingBrotli=True)  # type: ignore[arg-type]
    sent = ("gzip, deflate, br", "br;q=0.9,gzip", "gzip", "deflate", "gzip;q=0, br")
    assert [lab.get(accept_encoding=value).result for value in sent] == ["Miss", "Hit", "Miss", "Miss", "Miss"]
    assert [asked["Accept-Encoding"] for asked in lab.origin.asked] == ["br,gzip", "gzip", "", "br"]


@rule(f"{PAGE}#cache-policy-compressed-objects", "with gzip alone, Brotli does not count")
def gzip_only(lab: Lab) -> None:
    serve(lab, EnableAcceptEncodingGzip=True)  # type: ignore[arg-type]
    assert [lab.get(accept_encoding=value).result for value in ("br, gzip", "gzip", "br")] == ["Miss", "Hit", "Miss"]


@rule(f"{PAGE}#cache-policy-compressed-objects", "with neither, Accept-Encoding is not in the key and stays here")
def no_encoding(lab: Lab) -> None:
    serve(lab)
    assert [lab.get(accept_encoding=value).result for value in ("gzip", "identity")] == ["Miss", "Hit"]
    assert "accept-encoding" not in lab.origin.last.headers


@rule(f"{PAGE}", "the key has the raw path: another spelling of it is another object")
def raw(lab: Lab) -> None:
    serve(lab)
    assert lab.results("/a%62", "/ab", "/x/../ab", "/AB") == ["Miss", "Miss", "Miss", "Miss"]


def legacy(lab: Lab, **values: object) -> None:
    forwarded: Config = {"QueryString": False, "Cookies": {"Forward": "none"}, **values}
    lab.serve(default={"ForwardedValues": forwarded, "MinTTL": 0})


@rule(
    "header-caching.html",
    "a behavior of the old kind caches by the headers, cookies and query strings that it forwards",
)
def forwarded_values(lab: Lab) -> None:
    forwarded_cookies = {"Forward": "whitelist", "WhitelistedNames": items("lang")}
    legacy(lab, QueryString=True, QueryStringCacheKeys=items("v"), Headers=items("Origin"), Cookies=forwarded_cookies)
    assert lab.results("/a?v=1&w=1", "/a?v=1&w=2", "/a?v=2") == ["Miss", "Hit", "Miss"]
    assert [lab.get(origin=origin).result for origin in ("a", "a", "b")] == ["Miss", "Hit", "Miss"]
    assert [lab.get("/c", cookie=cookie).result for cookie in ("lang=de; id=1", "lang=de", "lang=fr")] == [
        "Miss",
        "Hit",
        "Miss",
    ]


@rule("header-caching.html", "a behavior of the old kind that forwards all headers caches nothing")
def all_forwarded(lab: Lab) -> None:
    legacy(lab, Headers=items("*"))
    assert [lab.get(x_other="1").result for _ in range(2)] == ["Miss", "Miss"]
    assert (lab.origin.last["X-Other"], lab.origin.last["Host"]) == ("1", lab.host)
