"""Errors: which are kept and for how long, which pages come in their place, what is served in spite of them."""

from __future__ import annotations

from tests.edge.rules.table import rule
from tests.sandbox.examples import Config, custom_origin, items
from tests.support.lab import Lab
from tests.support.origin import breaks_off, dies

CACHED = "HTTPStatusCodes.html#HTTPStatusCodes-cached-errors"
NO_PAGES = "HTTPStatusCodes.html#HTTPStatusCodes-no-custom-error-pages"
PAGES = "GeneratingCustomErrorResponses.html"
CUSTOM = "RequestAndResponseBehaviorCustomOrigin.html"
DROPPED = f"{CUSTOM}#ResponseCustomDroppedTCPConnections"


def impatient(**changes: object) -> Config:
    """Return an origin that is tried once, and waited for for a second."""
    quick = {"CustomOriginConfig": {"OriginReadTimeout": 1}, "ConnectionAttempts": 1, "ConnectionTimeout": 1}
    return custom_origin(**{**quick, **changes})


@rule(CACHED, "404, 405, 414 and 500 to 504 are kept for 10 seconds")
def kept(lab: Lab) -> None:
    lab.serve()
    for status in (404, 405, 414, 500, 501, 502, 503, 504):
        path = f"/{status}"
        lab.origin.say(path, status)
        answers = [lab.get(path) for _ in range(2)]
        assert [(answer.status, answer.result) for answer in answers] == [(status, "Error")] * 2
        assert len(lab.origin.of(path)) == 1
        lab.later(11)
        lab.get(path)
        assert len(lab.origin.of(path)) == 2


@rule(CACHED, "400, 403, 412 and 415 are kept only where the origin says for how long")
def kept_on_request(lab: Lab) -> None:
    lab.serve()
    for status in (400, 403, 412, 415):
        lab.origin.say(f"/{status}", status)
        lab.origin.say(f"/{status}/kept", status, cache_control="max-age=60")
        lab.results(*[f"/{status}"] * 2, *[f"/{status}/kept"] * 2)
        assert [len(lab.origin.of(path)) for path in (f"/{status}", f"/{status}/kept")] == [2, 1]


@rule("custom-error-pages-expiration.html", "a distribution may keep an error for longer or not at all")
def error_ttl(lab: Lab) -> None:
    rules = items({"ErrorCode": 404, "ErrorCachingMinTTL": 60}, {"ErrorCode": 500, "ErrorCachingMinTTL": 0})
    lab.serve(CustomErrorResponses=rules)
    lab.origin.say("/404", 404)
    lab.origin.say("/500", 500)
    for _ in range(2):
        lab.results("/404", "/500")
        lab.later(30)
    assert [len(lab.origin.of(path)) for path in ("/404", "/500")] == [1, 2]


@rule(NO_PAGES, "an error is kept for the origin's max-age where that is longer")
def error_max_age(lab: Lab) -> None:
    lab.serve()
    lab.origin.say("/404", 404, cache_control="max-age=60")
    lab.get("/404")
    lab.later(50)
    lab.get("/404")
    assert len(lab.origin.of("/404")) == 1


@rule(NO_PAGES, "an expired object is served on while the origin answers 5xx, which is asked again after 10 seconds")
def stale(lab: Lab) -> None:
    lab.serve()
    lab.get()
    lab.later(301)
    lab.origin.say("/file", 503)
    assert [lab.get().body for _ in range(2)] == [b"body", b"body"]
    assert len(lab.origin.asked) == 2
    lab.later(11)
    lab.get()
    assert len(lab.origin.asked) == 3


@rule(f"{CUSTOM}#ResponseCustomOriginUnavailable", "an expired object is served on while the origin cannot be reached")
def stale_while_gone(lab: Lab) -> None:
    lab.serve()
    lab.get()
    lab.later(301)
    lab.origin.do("/file", dies)
    assert (lab.get().status, lab.get().body) == (200, b"body")


@rule(NO_PAGES, "4xx takes the place of an expired object")
def gone(lab: Lab) -> None:
    lab.serve()
    lab.get()
    lab.later(301)
    lab.origin.say("/file", 404)
    assert lab.get().status == 404


@rule(PAGES, "an error gets the distribution's page for it, with the page's status")
def error_page(lab: Lab) -> None:
    page = {"ErrorCode": 404, "ResponsePagePath": "/errors/404.html", "ResponseCode": "200", "ErrorCachingMinTTL": 10}
    lab.serve(CustomErrorResponses=items(page))
    lab.origin.say("/missing", 404)
    lab.origin.say("/errors/404.html", body=b"not here")
    answers = [lab.get("/missing") for _ in range(2)]
    assert [(answer.status, answer.body, answer.result) for answer in answers] == [(200, b"not here", "Error")] * 2
    assert [len(lab.origin.of(path)) for path in ("/missing", "/errors/404.html")] == [1, 1]


@rule(PAGES, "all of a page is asked for, whatever range or conditions the viewer's request has")
def whole_error_page(lab: Lab) -> None:
    page = {"ErrorCode": 404, "ResponsePagePath": "/errors/404.html", "ResponseCode": "200", "ErrorCachingMinTTL": 10}
    lab.serve(CustomErrorResponses=items(page))
    lab.origin.say("/missing", 404)
    lab.origin.say("/errors/404.html", body=b"not here", etag='"1"')
    answers = [lab.get("/missing", range="bytes=0-1", if_none_match='"1"') for _ in range(2)]
    assert [(answer.status, answer.body) for answer in answers] == [(200, b"not here")] * 2
    assert not {"range", "if-none-match"} & lab.origin.of("/errors/404.html")[0].headers.keys()


@rule(PAGES, "a page comes from the origin of the behavior that its own path matches")
def error_page_behavior(lab: Lab) -> None:
    page = {"ErrorCode": 500, "ResponsePagePath": "/errors/500.html", "ResponseCode": "500", "ErrorCachingMinTTL": 10}
    origins = items(custom_origin(), custom_origin(Id="pages", OriginPath="/pages"))
    lab.serve(CustomErrorResponses=items(page), Origins=origins, behaviors={"/errors/*": {"TargetOriginId": "pages"}})
    lab.origin.say("/broken", 500)
    lab.get("/broken")
    assert lab.origin.last.path == "/pages/errors/500.html"


@rule(PAGES, "where the page cannot be got, viewers get the error itself")
def no_error_page(lab: Lab) -> None:
    page = {"ErrorCode": 404, "ResponsePagePath": "/errors/404.html", "ResponseCode": "200", "ErrorCachingMinTTL": 10}
    lab.serve(CustomErrorResponses=items(page))
    lab.origin.say("/missing", 404, body=b"theirs")
    lab.origin.say("/errors/404.html", 404)
    assert (lab.get("/missing").status, lab.get("/missing").body) == (404, b"theirs")


@rule("http-502-bad-gateway.html", "an origin that refuses the connection, or breaks off without an answer, is 502")
def refused(lab: Lab) -> None:
    lab.serve(Origins=items(custom_origin(DomainName="refuses.example.com")))
    assert (lab.get().status, lab.get()["Server"]) == (502, "CloudFront")
    other = lab.serve()
    lab.origin.do("/file", dies)
    assert lab.get(host=other).status == 502


@rule("http-502-bad-gateway.html", "an origin that does not speak HTTP is 502")
def nonsense(lab: Lab) -> None:
    def babbles(handler: object) -> None:
        handler.wfile.write(b"220 mail.example.com ESMTP\r\n\r\n")  # type: ignore[attr-defined]

    lab.serve()
    lab.origin.do("/file", babbles)
    assert lab.get().status == 502


@rule(
    "high_availability_origin_failover.html#controlling-attempts-and-timeouts",
    "GET is tried as often as the origin's setting says, POST once",
)
def attempts(lab: Lab) -> None:
    methods = items("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")
    lab.serve(default={"AllowedMethods": methods}, Origins=items(custom_origin(ConnectionAttempts=2)))
    lab.origin.do("/file", dies)
    lab.get(method="POST", body=b"x")
    assert [asked.method for asked in lab.origin.asked] == ["POST"]
    lab.get()
    assert [asked.method for asked in lab.origin.asked if asked.method == "GET"][:2] == ["GET", "GET"]


@rule(DROPPED, "an object that breaks off before its Content-Length reaches the viewer broken off, and is not cached")
def half(lab: Lab) -> None:
    lab.serve(Origins=items(impatient()))
    lab.origin.do("/file", breaks_off("Content-Length: 10", body=b"half"))
    assert lab.get_broken() == (200, b"half")
    lab.origin.say("/file", body=b"whole body")
    assert (lab.get().body, lab.get().result) == (b"whole body", "Hit")


@rule(DROPPED, "chunks that break off reach the viewer broken off, and are not cached")
def half_chunked(lab: Lab) -> None:
    lab.serve(Origins=items(impatient()))
    lab.origin.do("/file", breaks_off("Transfer-Encoding: chunked", body=b"4\r\nhalf\r\n"))
    assert lab.get_broken() == (200, b"half")
    lab.origin.say("/file", body=b"whole body")
    assert lab.get().body == b"whole body"


@rule(DROPPED, "what has neither length nor chunks is taken for whole, and cached")
def unknown_length(lab: Lab) -> None:
    lab.serve()
    lab.origin.do("/file", breaks_off("Connection: close", body=b"perhaps all"))
    assert [(answer.body, answer.result) for answer in (lab.get(), lab.get())] == [
        (b"perhaps all", "Miss"),
        (b"perhaps all", "Hit"),
    ]


@rule(
    "high_availability_origin_failover.html",
    "with an origin group, the second origin is asked where the first fails or answers so",
)
def failover(lab: Lab) -> None:
    members = items({"OriginId": "first"}, {"OriginId": "second"})
    codes = {"StatusCodes": {"Quantity": 2, "Items": [502, 503]}}
    group = {"Id": "origin", "FailoverCriteria": codes, "Members": members}
    first, second = custom_origin(Id="first", OriginPath="/first"), custom_origin(Id="second", OriginPath="/second")
    lab.serve(Origins=items(first, second), OriginGroups=items(group))
    lab.origin.say("/first/down", 503)
    lab.origin.say("/first/missing", 404)
    lab.origin.do("/first/dead", dies)
    assert [lab.get(path).status for path in ("/down", "/missing", "/dead")] == [200, 404, 200]
