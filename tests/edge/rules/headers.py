"""The headers of answers: the origin's, CloudFront's own, and those of response headers policies."""

from __future__ import annotations

import re
import typing as t

from tests.edge.rules.table import rule
from tests.sandbox.examples import SIMPLE_CORS, Config, items
from tests.support.lab import Answer, Lab

POLICY = "understanding-response-headers-policies.html"
REMOVED = "RequestAndResponseBehaviorCustomOrigin.html#ResponseCustomRemovedHeaders"
SITE = "https://learn.example.com"
PREFLIGHT: dict[str, t.Any] = {"origin": SITE, "access_control_request_method": "GET"}


def serve(lab: Lab, **policy: Config) -> None:
    id_ = lab.response_headers(**policy)
    lab.serve(default={"ResponseHeadersPolicyId": id_, "AllowedMethods": items("GET", "HEAD", "OPTIONS")})


def cors(**changes: object) -> Config:
    base: Config = {
        "AccessControlAllowOrigins": items(SITE, "https://*.example.org", "apps.example.com"),
        "AccessControlAllowHeaders": items("Range", "X-Token"),
        "AccessControlAllowMethods": items("GET", "HEAD"),
        "AccessControlExposeHeaders": items("X-Shown"),
        "AccessControlMaxAgeSec": 600,
        "AccessControlAllowCredentials": True,
        "OriginOverride": True,
    }
    return {**base, **changes}


def cors_headers(answer: Answer) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers if name.lower().startswith("access-control-")}


@rule("RequestAndResponseBehavior.html", "each answer has X-Cache, X-Amz-Cf-Pop, and an X-Amz-Cf-Id of its own")
def own_headers(lab: Lab) -> None:
    lab.serve()
    answers = [lab.get() for _ in range(2)]
    assert [answer["X-Cache"] for answer in answers] == ["Miss from cloudfront", "Hit from cloudfront"]
    assert all(re.fullmatch(r"[A-Z]{3}\d+-[A-Z]\d+", answer["X-Amz-Cf-Pop"]) for answer in answers)
    ids = {answer["X-Amz-Cf-Id"] for answer in answers}
    assert len(ids) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{54}==|[A-Za-z0-9_-]{55}=|[A-Za-z0-9_-]{56}", id_) for id_ in ids)


@rule(REMOVED, "Via is CloudFront's in place of the origin's")
def via(lab: Lab) -> None:
    lab.serve()
    lab.origin.say("/file", via="1.1 origin")
    assert re.fullmatch(r"1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)", lab.get()["Via"])


@rule(REMOVED, "Set-Cookie is taken away where no cookies are forwarded")
def set_cookie(lab: Lab) -> None:
    lab.serve()
    lab.origin.say("/file", set_cookie="session=1")
    assert lab.get()["Set-Cookie"] == ""


@rule(REMOVED, "Set-Cookie is passed on, and cached, where cookies are forwarded")
def set_cookie_forwarded(lab: Lab) -> None:
    lab.serve(default={"CachePolicyId": lab.cache(key={"CookiesConfig": {"CookieBehavior": "all"}})})
    lab.origin.say("/file", set_cookie="session=1")
    assert [lab.get()["Set-Cookie"] for _ in range(2)] == ["session=1", "session=1"]


@rule(REMOVED, "Vary keeps Accept-Encoding, Cookie and the headers that are forwarded by name, and nothing else")
def vary(lab: Lab) -> None:
    key = {"HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": items("Origin")}}
    lab.serve(default={"CachePolicyId": lab.cache(key=key)})
    lab.origin.say("/file", vary="Accept-Encoding, Origin, User-Agent, Cookie")
    assert lab.get()["Vary"] == "Accept-Encoding, Origin, Cookie"


@rule(REMOVED, "a Vary of which nothing is left is left out")
def no_vary(lab: Lab) -> None:
    lab.serve()
    lab.origin.say("/file", vary="User-Agent")
    assert "vary" not in [name.lower() for name, _ in lab.get().headers]


@rule(REMOVED, "other headers of the origin are passed on, from the cache as well")
def passed_on(lab: Lab) -> None:
    lab.serve()
    lab.origin.say("/file", x_own="1", content_language="de")
    assert [(answer["X-Own"], answer["Content-Language"]) for answer in (lab.get(), lab.get())] == [("1", "de")] * 2


@rule(
    f"{POLICY}#understanding-response-headers-policies-cors",
    "answers to requests with an allowed Origin get CORS headers",
)
def allowed(lab: Lab) -> None:
    serve(lab, CorsConfig=cors())
    assert cors_headers(lab.get(origin=SITE)) == {
        "access-control-allow-origin": SITE,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "X-Shown",
    }


@rule(f"{POLICY}#understanding-response-headers-policies-cors", "answers to others get none")
def not_allowed(lab: Lab) -> None:
    serve(lab, CorsConfig=cors())
    assert cors_headers(lab.get(origin="https://evil.example.net")) == cors_headers(lab.get()) == {}


@rule(
    f"{POLICY}#understanding-response-headers-policies-cors",
    "an allowed origin may have a wildcard for its first label, or no scheme",
)
def wildcard_origin(lab: Lab) -> None:
    serve(lab, CorsConfig=cors())
    origins = ("https://a.example.org", "http://a.example.org", "https://example.org", "http://apps.example.com")
    found = [lab.get(origin=origin)["Access-Control-Allow-Origin"] for origin in origins]
    assert found == ["https://a.example.org", "", "", "http://apps.example.com"]


@rule(
    f"{POLICY}#understanding-response-headers-policies-cors",
    "answers to preflight requests tell methods, headers and age as well",
)
def preflight(lab: Lab) -> None:
    serve(lab, CorsConfig=cors())
    found = cors_headers(lab.get(method="OPTIONS", **PREFLIGHT))
    assert found == {
        "access-control-allow-origin": SITE,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "X-Shown",
        "access-control-allow-methods": "GET, HEAD",
        "access-control-allow-headers": "Range, X-Token",
        "access-control-max-age": "600",
    }
    assert lab.origin.last.method == "OPTIONS"
    # Without a method that is asked about, it is a request like others.
    assert "access-control-allow-methods" not in cors_headers(lab.get(method="OPTIONS", Origin=SITE))


@rule(f"{POLICY}#understanding-response-headers-policies-cors", "ALL stands for all methods")
def all_methods(lab: Lab) -> None:
    serve(lab, CorsConfig=cors(AccessControlAllowMethods=items("ALL"), AccessControlAllowCredentials=False))
    methods = lab.get(method="OPTIONS", **PREFLIGHT)["Access-Control-Allow-Methods"]
    assert sorted(methods.split(", ")) == ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]


@rule(
    f"{POLICY}#understanding-response-headers-policies-cors",
    "with override, the policy's CORS headers go before the origin's",
)
def cors_override(lab: Lab) -> None:
    serve(lab, CorsConfig=cors())
    lab.origin.say("/file", access_control_allow_origin="*")
    assert lab.get(origin=SITE)["Access-Control-Allow-Origin"] == SITE


@rule(f"{POLICY}#understanding-response-headers-policies-cors", "without override, the origin's CORS headers stay")
def cors_no_override(lab: Lab) -> None:
    serve(lab, CorsConfig=cors(OriginOverride=False))
    lab.origin.say("/file", access_control_allow_origin="https://other.example.com")
    assert lab.get(origin=SITE)["Access-Control-Allow-Origin"] == "https://other.example.com"


@rule("using-managed-response-headers-policies.html", "SimpleCORS allows every origin, on hits as well")
def simple_cors(lab: Lab) -> None:
    lab.serve(default={"ResponseHeadersPolicyId": SIMPLE_CORS})
    assert [cors_headers(lab.get(origin=origin)) for origin in (SITE, "null")] == [
        {"access-control-allow-origin": "*"}
    ] * 2


@rule("using-managed-response-headers-policies.html", "SecurityHeadersPolicy adds its five headers")
def security(lab: Lab) -> None:
    lab.serve(default={"ResponseHeadersPolicyId": "67f7725c-6f97-4210-82d7-5512b31e9d03"})
    answer = lab.get()
    expected = {
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "X-XSS-Protection": "1; mode=block",
    }
    assert {name: answer[name] for name in expected} == expected


@rule(
    f"{POLICY}#understanding-response-headers-policies-security", "the settings of security headers become their words"
)
def security_settings(lab: Lab) -> None:
    transport = {"Override": True, "AccessControlMaxAgeSec": 60, "IncludeSubdomains": True, "Preload": True}
    settings: Config = {
        "ContentSecurityPolicy": {"Override": True, "ContentSecurityPolicy": "default-src 'self'"},
        "StrictTransportSecurity": transport,
        "XSSProtection": {"Override": True, "Protection": False},
    }
    serve(lab, SecurityHeadersConfig=settings)
    answer = lab.get()
    assert answer["Strict-Transport-Security"] == "max-age=60; includeSubDomains; preload"
    assert (answer["Content-Security-Policy"], answer["X-XSS-Protection"]) == ("default-src 'self'", "0")


@rule(f"{POLICY}#understanding-response-headers-policies-security", "each security header has an override of its own")
def security_override(lab: Lab) -> None:
    serve(
        lab,
        SecurityHeadersConfig={
            "FrameOptions": {"Override": False, "FrameOption": "DENY"},
            "ReferrerPolicy": {"Override": True, "ReferrerPolicy": "no-referrer"},
        },
    )
    lab.origin.say("/file", x_frame_options="SAMEORIGIN", referrer_policy="origin")
    answer = lab.get()
    assert (answer["X-Frame-Options"], answer["Referrer-Policy"]) == ("SAMEORIGIN", "no-referrer")


@rule(
    f"{POLICY}#understanding-response-headers-policies-custom",
    "custom headers are added to every answer, the origin's going first without override",
)
def custom(lab: Lab) -> None:
    names = [("X-New", True), ("X-Theirs", False), ("X-Ours", True)]
    serve(
        lab, CustomHeadersConfig=items(*({"Header": name, "Value": "ours", "Override": over} for name, over in names))
    )
    lab.origin.say("/file", x_theirs="theirs", x_ours="theirs")
    for _ in range(2):
        answer = lab.get()
        assert [answer[name] for name, _ in names] == ["ours", "theirs", "ours"]


@rule(
    f"{POLICY}#understanding-response-headers-policies-remove-headers",
    "headers are removed first, then the policy's are added",
)
def removed(lab: Lab) -> None:
    serve(
        lab,
        RemoveHeadersConfig=items({"Header": "X-Powered-By"}, {"Header": "X-Again"}),
        CustomHeadersConfig=items({"Header": "X-Again", "Value": "ours", "Override": False}),
    )
    lab.origin.say("/file", x_powered_by="magic", x_again="theirs")
    for _ in range(2):
        answer = lab.get()
        assert (answer["X-Powered-By"], answer["X-Again"]) == ("", "ours")


@rule(
    f"{POLICY}#understanding-response-headers-policies-remove-headers",
    "in place of a Server that is removed there is CloudFront's own",
)
def removed_server(lab: Lab) -> None:
    serve(lab, RemoveHeadersConfig=items({"Header": "Server"}))
    assert lab.get()["Server"] == "CloudFront"


@rule("server-timing-header.html", "Server-Timing tells of hits and misses")
def server_timing(lab: Lab) -> None:
    serve(lab, ServerTimingHeadersConfig={"Enabled": True, "SamplingRate": 100})
    found = [lab.get()["Server-Timing"].split(",")[0] for _ in range(2)]
    assert found == ["cdn-cache-miss", "cdn-cache-hit"]
