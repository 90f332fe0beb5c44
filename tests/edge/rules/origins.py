"""What origins are asked, and which."""

from __future__ import annotations

import json
import typing as t

from tests.edge.rules.table import rule
from tests.sandbox.examples import (
    CACHING_DISABLED,
    CORS_S3_ORIGIN,
    Config,
    access_control,
    custom_origin,
    items,
    s3_origin,
)
from tests.support.lab import Lab

CUSTOM = "RequestAndResponseBehaviorCustomOrigin.html"
HEADERS = f"{CUSTOM}#request-custom-headers-behavior"
FORWARD = "origin-request-understand-origin-request-policy.html"
#: Of this test alone: what buckets there are is known to all accounts.
BUCKET = "edge-media"
OAC = "private-content-restricting-access-to-s3.html"
ALL = items("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"


def header_policy(behavior: str, *names: str) -> Config:
    return {"HeadersConfig": {"HeaderBehavior": behavior, **({"Headers": items(*names)} if names else {})}}


@rule("DownloadDistValuesOrigin.html#DownloadDistValuesOriginPath", "OriginPath comes before the viewer's path")
def origin_path(lab: Lab) -> None:
    lab.serve(Origins=items(custom_origin(OriginPath="/production")))
    lab.get("/a/b?c=d")
    assert lab.origin.last.path == "/production/a/b"


@rule("add-origin-custom-headers.html", "an origin's custom headers are added, in place of the viewer's")
def custom_headers(lab: Lab) -> None:
    header = {"HeaderName": "X-Secret", "HeaderValue": "ours"}
    lab.serve(
        default={"CachePolicyId": CACHING_DISABLED, "OriginRequestPolicyId": ALL_VIEWER},
        Origins=items(custom_origin(CustomHeaders=items(header))),
    )
    lab.get(x_secret="theirs")
    assert lab.origin.last["X-Secret"] == "ours"


@rule(HEADERS, "Host is the origin's name")
def host(lab: Lab) -> None:
    lab.serve()
    lab.get()
    assert lab.origin.last["Host"] == "learn.example.com"


@rule(HEADERS, "Host is the viewer's where a policy forwards it")
def forwarded_host(lab: Lab) -> None:
    hosts = []
    for policy in (ALL_VIEWER, ALL_VIEWER_EXCEPT_HOST, lab.forward(**header_policy("whitelist", "Host"))):
        host = lab.serve(default={"CachePolicyId": CACHING_DISABLED, "OriginRequestPolicyId": policy})
        lab.get(host=host)
        hosts.append(lab.origin.last["Host"] == host)
    assert hosts == [True, False, True]


@rule(f"{CUSTOM}#request-custom-user-agent-header", "User-Agent is CloudFront's where no policy forwards the viewer's")
def user_agent(lab: Lab) -> None:
    lab.serve()
    lab.get(user_agent="Browser/1")
    assert lab.origin.last["User-Agent"] == "Amazon CloudFront"


@rule(HEADERS, "User-Agent is the viewer's where a policy forwards it")
def forwarded_user_agent(lab: Lab) -> None:
    lab.serve(default={"OriginRequestPolicyId": lab.forward(**header_policy("whitelist", "User-Agent"))})
    lab.get(user_agent="Browser/1")
    assert lab.origin.last["User-Agent"] == "Browser/1"


@rule(f"{CUSTOM}#RequestCustomIPAddresses", "the viewer's address goes to the end of X-Forwarded-For")
def forwarded_for(lab: Lab) -> None:
    lab.serve()
    lab.get("/a")
    lab.get("/b", x_forwarded_for="192.0.2.4,192.0.2.3")
    assert [asked["X-Forwarded-For"] for asked in lab.origin.asked] == ["127.0.0.1", "192.0.2.4,192.0.2.3, 127.0.0.1"]


@rule(HEADERS, "the origin gets the X-Amz-Cf-Id that the viewer gets, and CloudFront's Via after the viewer's")
def identity(lab: Lab) -> None:
    lab.serve()
    answer = lab.get(via="1.0 proxy", x_amz_cf_id="mine")
    assert lab.origin.last["X-Amz-Cf-Id"] == answer["X-Amz-Cf-Id"]
    assert lab.origin.last["Via"] == f"1.0 proxy, {answer['Via']}"


@rule(HEADERS, "headers about the connection, X-Forwarded-Proto, X-Real-IP and X-Edge-* are never forwarded")
def never_forwarded(lab: Lab) -> None:
    lab.serve(default={"CachePolicyId": CACHING_DISABLED, "OriginRequestPolicyId": ALL_VIEWER})
    lab.get(https=True, x_real_ip="192.0.2.1", x_edge_location="x", te="trailers", proxy_authorization="x", x_other="1")
    asked = lab.origin.last
    names = ("X-Forwarded-Proto", "X-Real-IP", "X-Edge-Location", "TE", "Proxy-Authorization")
    assert ([asked[name] for name in names], asked["X-Other"]) == ([""] * 5, "1")
    assert asked["Connection"] == "Keep-Alive"


@rule("controlling-origin-requests.html", "without a policy that names them, headers and cookies of viewers stay here")
def nothing_forwarded(lab: Lab) -> None:
    lab.serve()
    lab.get(accept="a/b", accept_language="de", referer="x", origin="y", x_other="1", cookie="a=b", authorization="c")
    own = {"host", "user-agent", "via", "x-forwarded-for", "x-amz-cf-id", "connection"}
    assert lab.origin.last.headers.keys() == own


@rule(FORWARD, "what an origin request policy names goes to the origin, and not into the cache key")
def forwarded(lab: Lab) -> None:
    policy = lab.forward(
        **header_policy("whitelist", "Referer"),
        CookiesConfig={"CookieBehavior": "whitelist", "Cookies": items("id")},
        QueryStringsConfig={"QueryStringBehavior": "whitelist", "QueryStrings": items("v")},
    )
    lab.serve(default={"OriginRequestPolicyId": policy})
    lab.get("/file?v=1&w=2", referer="here", cookie="id=1; other=2", accept="a/b")
    asked = lab.origin.last
    assert (asked.path, asked["Referer"], asked["Cookie"], asked["Accept"]) == ("/file?v=1", "here", "id=1", "")
    assert lab.get("/file?v=2", referer="there").result == "Hit"


@rule(FORWARD, "cache policy and origin request policy come together, each part once and in the viewer's order")
def both(lab: Lab) -> None:
    cache = lab.cache(key={"QueryStringsConfig": {"QueryStringBehavior": "whitelist", "QueryStrings": items("b")}})
    lab.serve(
        default={
            "CachePolicyId": cache,
            "OriginRequestPolicyId": lab.forward(QueryStringsConfig={"QueryStringBehavior": "all"}),
        }
    )
    lab.get("/file?a=1&b=2&c=3")
    assert lab.origin.last.path == "/file?a=1&b=2&c=3"


@rule("using-managed-origin-request-policies.html", "AllViewerExceptHostHeader forwards all that the viewer sends")
def all_viewer(lab: Lab) -> None:
    lab.serve(default={"CachePolicyId": CACHING_DISABLED, "OriginRequestPolicyId": ALL_VIEWER_EXCEPT_HOST})
    lab.get("/file?a=1&a=2", x_other="1", cookie="a=b", authorization="c", accept_encoding="x")
    asked = lab.origin.last
    assert (asked.path, asked["X-Other"], asked["Cookie"], asked["Authorization"]) == ("/file?a=1&a=2", "1", "a=b", "c")
    assert asked["Accept-Encoding"] == "x"


@rule(
    f"{CUSTOM}#RequestCustomConditionalGETs",
    "of what may be cached, the origin is asked for the whole, whatever the viewer has",
)
def conditions_stay_here(lab: Lab) -> None:
    lab.serve(default={"OriginRequestPolicyId": ALL_VIEWER_EXCEPT_HOST})
    lab.origin.say("/file", etag='"1"')
    assert lab.get(if_none_match='"1"', if_modified_since="Mon, 06 Jul 2026 12:00:00 GMT").status == 304
    assert not {"if-none-match", "if-modified-since"} & lab.origin.last.headers.keys()
    assert lab.get().body == b"body"


@rule(
    "adding-cloudfront-headers.html",
    "CloudFront tells of the viewer in headers that a policy names, and viewers cannot",
)
def viewer_facts(lab: Lab) -> None:
    names = ("CloudFront-Forwarded-Proto", "CloudFront-Is-Mobile-Viewer", "CloudFront-Is-Desktop-Viewer")
    lab.serve(default={"OriginRequestPolicyId": lab.forward(**header_policy("whitelist", *names))})
    lab.get(https=True, user_agent="Mozilla/5.0 (iPhone)", cloudfront_forwarded_proto="gopher")
    assert [lab.origin.last[name] for name in names] == ["https", "true", "false"]


@rule(HEADERS, "Authorization goes to the origin with POST and the like, and with GET only where a policy says so")
def authorization(lab: Lab) -> None:
    lab.serve(default={"AllowedMethods": ALL})
    lab.get(authorization="Basic x")
    lab.get(method="POST", body=b"", authorization="Basic x")
    key = {"HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": items("Authorization")}}
    lab.get(host=lab.serve(default={"CachePolicyId": lab.cache(key=key)}), authorization="Basic x")
    assert [asked["Authorization"] for asked in lab.origin.asked] == ["", "Basic x", "Basic x"]


# S3


def bucket(lab: Lab, *, statement: Config | None, access: bool = True, name: str = BUCKET) -> None:
    """Make a bucket with an object in it, and a distribution in front of it."""
    s3 = lab.aws("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="a b/file", Body=b"private", ContentType="text/plain")
    control = access_control(Name="media")
    made = lab.cloudfront.create_origin_access_control(OriginAccessControlConfig=control)["OriginAccessControl"]
    origin = s3_origin(DomainName=f"{name}.s3.us-east-1.amazonaws.com")
    lab.serve(Origins=items({**origin, "OriginAccessControlId": made["Id"] if access else ""}))
    if statement:
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))


def lets_in(lab: Lab | None = None, **changes: t.Any) -> Config:
    arn = lab.distribution["ARN"] if lab else "arn:aws:cloudfront::210987654321:distribution/*"
    return {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::edge-media/*",
        "Condition": {"StringLike": {"AWS:SourceArn": arn}},
        **changes,
    }


@rule(OAC, "an object of a bucket whose policy lets the distribution in is served, and cached")
def oac(lab: Lab) -> None:
    bucket(lab, statement=lets_in())
    answers = [lab.get("/a%20b/file") for _ in range(2)]
    assert [(answer.status, answer.body, answer.result) for answer in answers] == [
        (200, b"private", "Miss"),
        (200, b"private", "Hit"),
    ]


@rule(OAC, "without a bucket policy, or with one for others, S3 answers 403")
def oac_refused(lab: Lab) -> None:
    bucket(lab, statement=None)
    others = {"StringEquals": {"AWS:SourceArn": lab.distribution["ARN"] + "X"}}
    both = {"StringEquals": {"AWS:SourceAccount": lab.sandbox.account}, "ArnLike": {"AWS:SourceArn": "arn:aws:x"}}
    for statement in (
        [],
        [lets_in(Condition=others)],
        [lets_in(Condition=both)],
        [lets_in(Action="s3:PutObject")],
        [lets_in(Resource="arn:aws:s3:::edge-media/b/*")],
        [lets_in(Principal={"Service": "logs.amazonaws.com"})],
        [lets_in(), lets_in(Effect="Deny")],
        [lets_in(Condition={"IpAddress": {"aws:SourceIp": "127.0.0.1"}})],
    ):
        if statement:
            policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
            lab.aws("s3").put_bucket_policy(Bucket=BUCKET, Policy=policy)
        answer = lab.get("/a%20b/file")
        assert (answer.status, b"AccessDenied" in answer.body) == (403, True), statement


@rule(OAC, "without origin access control, CloudFront is a stranger to a private bucket")
def no_oac(lab: Lab) -> None:
    bucket(lab, statement=lets_in(), access=False)
    assert lab.get("/a%20b/file").status == 403


@rule(OAC, "a missing object is 404 for who may list the bucket, and 403 for others")
def missing_object(lab: Lab) -> None:
    bucket(lab, statement=lets_in())
    assert lab.get("/missing").status == 403
    listing = lets_in(
        Action=["s3:GetObject", "s3:ListBucket"], Resource=["arn:aws:s3:::edge-media", "arn:aws:s3:::edge-media/*"]
    )
    policy = json.dumps({"Version": "2012-10-17", "Statement": [listing]})
    lab.aws("s3").put_bucket_policy(Bucket=BUCKET, Policy=policy)
    assert lab.get("/missing").status == 404


@rule(
    "RequestAndResponseBehaviorS3Origin.html",
    "the managed policy CORS-S3Origin gets along with a bucket: Host stays S3's",
)
def s3_policy(lab: Lab) -> None:
    bucket(lab, statement=lets_in())
    config = lab.cloudfront.get_distribution_config(Id=lab.distribution["Id"])
    config["DistributionConfig"]["DefaultCacheBehavior"]["OriginRequestPolicyId"] = CORS_S3_ORIGIN
    lab.cloudfront.update_distribution(
        Id=lab.distribution["Id"], IfMatch=config["ETag"], DistributionConfig=config["DistributionConfig"]
    )
    assert lab.get("/a%20b/file", origin="https://learn.example.com").body == b"private"
