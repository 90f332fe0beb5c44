"""For how long objects are kept, and what becomes of them."""

from __future__ import annotations

import email.utils
import time
from http.server import BaseHTTPRequestHandler

from tests.edge.rules.table import rule
from tests.sandbox.examples import CACHING_DISABLED
from tests.support.lab import Lab

TTL = "Expiration.html#ExpirationDownloadDist"
HEADERS = "Expiration.html#expiration-individual-objects"
CUSTOM = "RequestAndResponseBehaviorCustomOrigin.html"
INVALIDATION = "invalidation-specifying-objects.html"


def serve(lab: Lab, least: int = 0, default: int = 300, most: int = 3600) -> None:
    lab.serve(default={"CachePolicyId": lab.cache(MinTTL=least, DefaultTTL=default, MaxTTL=most)})


def kept_for(lab: Lab, seconds: int) -> bool:
    """Tell whether an object is good for exactly so many seconds; the clock runs on meanwhile."""
    assert lab.get().result == "Miss"
    lab.later(seconds - 5)
    before = lab.get().result
    lab.later(10)
    return [before, lab.get().result] == ["Hit", "Miss"]


@rule(TTL, "without headers of the origin's, objects are kept for the default TTL")
def default_ttl(lab: Lab) -> None:
    serve(lab)
    assert kept_for(lab, 300)


@rule(TTL, "max-age below the maximum TTL counts")
def max_age(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/file", cache_control="public, max-age=60")
    assert kept_for(lab, 60)


@rule(TTL, "max-age above the maximum TTL is cut to it")
def max_age_cut(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/file", cache_control="max-age=86400")
    assert kept_for(lab, 3600)


@rule(TTL, "max-age below the minimum TTL is raised to it")
def max_age_raised(lab: Lab) -> None:
    serve(lab, least=120)
    lab.origin.say("/file", cache_control="max-age=10")
    assert kept_for(lab, 120)


@rule(TTL, "s-maxage goes before max-age")
def s_maxage(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/file", cache_control="max-age=10, s-maxage=60")
    assert kept_for(lab, 60)


@rule(TTL, "Expires counts")
def expires(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/file", expires=email.utils.formatdate(time.time() + 60, usegmt=True))
    assert kept_for(lab, 60)


@rule(TTL, "Expires counts from the origin's own Date, whose clock may be another")
def expires_by_the_origins_clock(lab: Lab) -> None:
    day = 86400

    def yesterday(handler: BaseHTTPRequestHandler) -> None:
        date, end = (email.utils.formatdate(time.time() - day + more, usegmt=True) for more in (0, 60))
        handler.wfile.write(f"HTTP/1.1 200 OK\r\nDate: {date}\r\nExpires: {end}\r\nContent-Length: 0\r\n\r\n".encode())

    serve(lab)
    lab.origin.do("/file", yesterday)
    assert kept_for(lab, 60)


@rule(TTL, "an Expires that lies behind, or that is no date, makes an object stale at once")
def expired(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/file", expires="0")
    assert lab.results("/file", "/file") == ["Miss", "Miss"]


@rule(HEADERS, "max-age goes before Expires")
def max_age_before_expires(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/file", cache_control="max-age=60", expires=email.utils.formatdate(time.time() + 600, usegmt=True))
    assert kept_for(lab, 60)


@rule(TTL, "no-store, private and no-cache are respected where the minimum TTL is 0")
def not_kept(lab: Lab) -> None:
    serve(lab)
    for directive in ("no-store", "private", "no-cache"):
        lab.origin.say("/file", cache_control=f"{directive}, max-age=60")
        assert lab.results("/file", "/file") == ["Miss", "Miss"], directive


@rule(TTL, "a minimum TTL above 0 keeps even what says no-store or private")
def kept_all_the_same(lab: Lab) -> None:
    serve(lab, least=120)
    for number, directive in enumerate(("no-store", "private", "no-cache")):
        lab.origin.say(f"/{number}", cache_control=directive)
        assert lab.results(f"/{number}", f"/{number}") == ["Miss", "Hit"], directive


@rule(HEADERS, "Cache-Control and Pragma of viewers change nothing")
def viewers_cache_control(lab: Lab) -> None:
    serve(lab)
    assert lab.results("/file", "/file", cache_control="no-cache", pragma="no-cache") == ["Miss", "Hit"]


@rule(HEADERS, "viewers get to see the origin's own Cache-Control")
def passed_on(lab: Lab) -> None:
    serve(lab, least=120)
    lab.origin.say("/file", cache_control="max-age=10")
    assert [lab.get()["Cache-Control"] for _ in range(2)] == ["max-age=10", "max-age=10"]


@rule(
    "using-managed-cache-policies.html#managed-cache-policy-caching-disabled",
    "CachingDisabled asks the origin each time",
)
def disabled(lab: Lab) -> None:
    lab.serve(default={"CachePolicyId": CACHING_DISABLED})
    lab.origin.say("/file", cache_control="max-age=60")
    assert lab.results("/file", "/file") == ["Miss", "Miss"]


@rule(
    "using-managed-cache-policies.html#managed-cache-policy-caching-disabled",
    "conditions of viewers are for the origin then",
)
def disabled_conditions(lab: Lab) -> None:
    lab.serve(default={"CachePolicyId": CACHING_DISABLED})
    lab.origin.say("/file", etag='"1"')
    assert lab.get(if_none_match='"1"').status == 304
    assert lab.origin.last["If-None-Match"] == '"1"'


@rule(f"{CUSTOM}#RequestCustomConditionalGETs", "an expired object with an ETag is asked about with If-None-Match")
def by_etag(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/file", etag='"1"')
    lab.get()
    lab.later(301)
    answer = lab.get()
    assert (answer.status, answer.body, answer.result) == (200, b"body", "RefreshHit")
    assert lab.origin.last["If-None-Match"] == '"1"'


@rule(
    f"{CUSTOM}#RequestCustomConditionalGETs",
    "an expired object with a Last-Modified is asked about with If-Modified-Since",
)
def by_date(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/file", last_modified="Mon, 06 Jul 2026 12:00:00 GMT")
    lab.get()
    lab.later(301)
    lab.get()
    assert lab.origin.last["If-Modified-Since"] == "Mon, 06 Jul 2026 12:00:00 GMT"


@rule("Expiration.html", "an object that the origin says has not changed is good for another while")
def renewed(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/file", etag='"1"')
    lab.get()
    lab.later(301)
    assert lab.results("/file", "/file") == ["RefreshHit", "Hit"]


@rule("Expiration.html", "an object that has changed takes the place of the expired one")
def changed(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/file", etag='"1"')
    lab.get()
    lab.later(301)
    lab.origin.say("/file", body=b"new", etag='"2"')
    answers = [lab.get() for _ in range(2)]
    assert [(answer.body, answer.result) for answer in answers] == [(b"new", "Miss"), (b"new", "Hit")]


@rule(
    "Expiration.html",
    "with all TTLs at 0 and an ETag, the origin is asked each time whether an object is still the same",
)
def always_asked(lab: Lab) -> None:
    serve(lab, default=0)
    lab.origin.say("/file", etag='"1"')
    assert lab.results("/file", "/file", "/file") == ["Miss", "RefreshHit", "RefreshHit"]


@rule(
    f"{CUSTOM}#ResponseCustomContentNegotiation",
    "`Vary: *` with a minimum TTL of 0: the origin is asked each time, on no condition",
)
def vary_everything(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/file", vary="*", etag='"1"')
    assert lab.results("/file", "/file") == ["Miss", "Miss"]
    assert not lab.origin.last["If-None-Match"]


@rule(
    "RequestAndResponseBehavior.html", "a hit says how long the object has been in the cache with Age, a miss has none"
)
def age(lab: Lab) -> None:
    serve(lab)
    first = lab.get()
    lab.later(42)
    assert (first["Age"], lab.get()["Age"]) in [("", "42"), ("", "43")]


@rule(
    f"{CUSTOM}#RequestCustomHTTPMethods",
    "HEAD is answered from what GET has brought, without the body and with its length",
)
def head_after_get(lab: Lab) -> None:
    serve(lab)
    lab.get()
    answer = lab.get(method="HEAD")
    assert (answer.result, answer.body, answer["Content-Length"]) == ("Hit", b"", "4")


@rule(f"{CUSTOM}#RequestCustomHTTPMethods", "answers to HEAD are cached, and not taken for the object")
def head_before_get(lab: Lab) -> None:
    serve(lab)
    assert [lab.get(method=method).result for method in ("HEAD", "HEAD", "GET")] == ["Miss", "Hit", "Miss"]
    assert lab.get().body == b"body"


@rule(f"{CUSTOM}#ResponseCustomRedirects", "redirects are cached and passed on, never followed")
def redirects(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/file", 302, location="https://elsewhere.example.com/")
    answers = [lab.get() for _ in range(2)]
    assert [(answer.status, answer.result) for answer in answers] == [(302, "Miss"), (302, "Hit")]
    assert answers[1]["Location"] == "https://elsewhere.example.com/"


@rule("http-3xx-status-codes.html", "307 and 308 are cached only with a Cache-Control")
def temporary_redirects(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/a", 307, location="/")
    lab.origin.say("/b", 307, location="/", cache_control="max-age=60")
    assert lab.results("/a", "/a", "/b", "/b") == ["Miss", "Miss", "Miss", "Hit"]


@rule("conditional requests of viewers (RFC 9110)", "a viewer that has the cached object gets 304")
def not_modified(lab: Lab) -> None:
    serve(lab)
    lab.origin.say("/file", etag='"1"', last_modified="Mon, 06 Jul 2026 12:00:00 GMT")
    lab.get()
    later = "Tue, 07 Jul 2026 12:00:00 GMT"
    answers = [lab.get(if_none_match='"0", W/"1"'), lab.get(if_modified_since=later), lab.get(if_none_match='"0"')]
    assert [answer.status for answer in answers] == [304, 304, 200]
    assert len(lab.origin.asked) == 1


@rule(INVALIDATION, "an invalidation empties the path that it names, and nothing else")
def invalidation(lab: Lab) -> None:
    serve(lab)
    lab.results("/a", "/b")
    lab.invalidate("/a")
    assert lab.results("/a", "/b", "/a") == ["Miss", "Hit", "Hit"]


@rule(INVALIDATION, "an asterisk at the end names all that begins so; upper and lower case count")
def invalidation_wildcard(lab: Lab) -> None:
    serve(lab)
    paths = ("/static/a", "/static/b/c", "/Static/a", "/other")
    lab.results(*paths)
    lab.invalidate("/static/*")
    assert lab.results(*paths) == ["Miss", "Miss", "Hit", "Hit"]


@rule(INVALIDATION, "a path without the query string does not name the objects with one; with an asterisk it does")
def invalidation_query(lab: Lab) -> None:
    lab.serve(default={"CachePolicyId": lab.cache(key={"QueryStringsConfig": {"QueryStringBehavior": "all"}})})
    lab.results("/a", "/a?v=1")
    lab.invalidate("/a")
    assert lab.results("/a", "/a?v=1") == ["Miss", "Hit"]
    lab.invalidate("/a*")
    assert lab.results("/a", "/a?v=1") == ["Miss", "Miss"]


@rule(INVALIDATION, "the root object is emptied by its own name as well as by `/`")
def invalidation_root(lab: Lab) -> None:
    lab.serve(DefaultRootObject="index.html")
    for path in ("/", "/index.html"):
        lab.get("/")
        lab.invalidate(path)
        assert lab.get("/").result == "Miss"


@rule("Invalidation_Requests.html", "until an invalidation is completed, an edge may still have the object")
def invalidation_in_progress(lab: Lab) -> None:
    serve(lab)
    lab.get()
    lab.sandbox.store.deploy_seconds = 3600
    lab.invalidate("/file")
    assert lab.get().result == "Hit"
