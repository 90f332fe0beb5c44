"""What viewers may ask for, and how."""

from __future__ import annotations

from tests.edge.rules.table import rule
from tests.sandbox.examples import items
from tests.support.lab import Lab

PROTOCOL = "using-https-viewers-to-cloudfront.html"
METHODS = "DownloadDistValuesCacheBehavior.html#DownloadDistValuesAllowedHTTPMethods"
CUSTOM = "RequestAndResponseBehaviorCustomOrigin.html"
ALL = items("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")


@rule(PROTOCOL, "redirect-to-https sends viewers of HTTP to the same URL with 301")
def redirect(lab: Lab) -> None:
    lab.serve(default={"ViewerProtocolPolicy": "redirect-to-https"})
    answer = lab.get("/a/../b?c=d")
    assert (answer.status, answer.result) == (301, "Redirect")
    assert answer["Location"] == f"https://{lab.host}/a/../b?c=d"
    assert not lab.origin.asked


@rule(PROTOCOL, "redirect-to-https sends other methods than GET and HEAD with 307, which keeps method and body")
def redirect_post(lab: Lab) -> None:
    lab.serve(default={"ViewerProtocolPolicy": "redirect-to-https", "AllowedMethods": ALL})
    assert [lab.get(method=method, body=b"x").status for method in ("POST", "PUT", "DELETE")] == [307, 307, 307]


@rule(PROTOCOL, "https-only answers viewers of HTTP with 403")
def https_only(lab: Lab) -> None:
    lab.serve(default={"ViewerProtocolPolicy": "https-only"})
    assert [lab.get().status, lab.get(https=True).status] == [403, 200]


@rule(PROTOCOL, "viewers of HTTPS are served under each policy, and get what viewers of HTTP got into the cache")
def https(lab: Lab) -> None:
    lab.serve()
    assert [lab.get().result, lab.get(https=True).result] == ["Miss", "Hit"]


@rule(METHODS, "a method that the behavior does not allow is answered with 403")
def methods(lab: Lab) -> None:
    lab.serve()
    statuses = [lab.get(method=method).status for method in ("POST", "OPTIONS", "DELETE", "TRACE")]
    assert statuses == [403, 403, 403, 403]
    assert not lab.origin.asked


@rule(METHODS, "allowed methods are forwarded with their body, and their answers not cached")
def forwarded_methods(lab: Lab) -> None:
    lab.serve(default={"AllowedMethods": ALL})
    answers = [lab.get(method=method, body=b"a=b", content_type="text/x") for method in ("POST", "POST", "PATCH")]
    assert [answer.result for answer in answers] == ["Miss", "Miss", "Miss"]
    assert [(asked.method, asked.body) for asked in lab.origin.asked] == [
        ("POST", b"a=b"),
        ("POST", b"a=b"),
        ("PATCH", b"a=b"),
    ]
    assert lab.origin.last["Content-Type"] == "text/x"


@rule(METHODS, "answers to OPTIONS are cached where the behavior says so, and apart from those to GET")
def cached_options(lab: Lab) -> None:
    cached = {**items("GET", "HEAD", "OPTIONS"), "CachedMethods": items("GET", "HEAD", "OPTIONS")}
    lab.serve(default={"AllowedMethods": cached})
    results = [lab.get(method=method).result for method in ("GET", "OPTIONS", "OPTIONS")]
    assert results == ["Miss", "Miss", "Hit"]


@rule(METHODS, "answers to OPTIONS are not cached where the behavior does not say so")
def options(lab: Lab) -> None:
    lab.serve(default={"AllowedMethods": items("GET", "HEAD", "OPTIONS")})
    assert [lab.get(method="OPTIONS").result for _ in range(2)] == ["Miss", "Miss"]


@rule(f"{CUSTOM}#RequestCustom-get-body", "GET with a body is answered with 403")
def get_with_body(lab: Lab) -> None:
    lab.serve()
    assert lab.get(body=b"body").status == 403


@rule(f"{CUSTOM}#RequestCustomMaxRequestStringLength", "a URL of more than 8,192 bytes is answered with 413")
def long_url(lab: Lab) -> None:
    lab.serve()
    room = 8192 - len(f"http://{lab.host}")
    assert [lab.get("/" + "a" * (length - 1)).status for length in (room, room + 1)] == [200, 413]


@rule("DefaultRootObject.html", "a request for the root gets the default root object")
def root_object(lab: Lab) -> None:
    lab.serve(DefaultRootObject="index.html")
    lab.get("/")
    assert lab.origin.last.path == "/index.html"
    assert lab.get("/index.html").result == "Hit"


@rule("DefaultRootObject.html", "a folder has no default root object, and without one the origin is asked for the root")
def no_root_object(lab: Lab) -> None:
    lab.serve(DefaultRootObject="index.html")
    lab.get("/folder/")
    other = lab.serve()
    lab.get("/", host=other)
    assert [asked.path for asked in lab.origin.asked] == ["/folder/", "/"]
