"""A platform with private media: the small LMS, a host for its pages, a bucket behind the local edge, and a browser."""

from __future__ import annotations

import json
import time
import typing as t
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.access.hls import recording
from tests.access.site import COURSE, LMS, MEDIA, MFE, OTHER_COURSE, PASSWORD
from tests.sandbox.examples import (
    CACHING_OPTIMIZED,
    access_control,
    behavior,
    created,
    distribution,
    items,
    own_certificate,
    public_key,
    response_headers_policy,
    s3_origin,
)
from tests.support.chromium import Browser, eventually, started
from tests.support.origin import Origin, server_context
from tests.support.sandbox import Aws
from tutorcloudfront.sandbox import Sandbox
from tutorcloudfront.sandbox.http import KeepAliveHandler, Server
from tutorcloudfront.signing import keys

ACCOUNT = "610987654321"
CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012"
BUCKET = "access-course-media"


class Classroom:
    """What there is. `key_id` is CloudFront's for the LMS's key, and `lines` are what the edge logs."""

    def __init__(self, sandbox: Sandbox, lines: list[str], key_id: str, pages: Origin, browser: Browser) -> None:
        self.sandbox = sandbox
        self.lines = lines
        self.key_id = key_id
        self.pages = pages
        self.browser = browser

    def log_in(self, name: str) -> None:
        """Begin anew, as somebody who types in name and password."""
        self.set_ahead(0)
        self.browser.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.browser.driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
        self.browser.open(f"https://{LMS}/login")
        for field, value in {"name": name, "password": PASSWORD}.items():
            self.browser.driver.find_element("name", field).send_keys(value)
        self.browser.driver.find_element("tag name", "button").click()
        # A script would get lost with the page that is being left.
        assert eventually(lambda: self.browser.driver.title == "Welcome")

    def status(self, url: str) -> int:
        """Open a URL as a page of its own, and return the status of the answer.

        CloudFront's refusals carry no CORS headers, so that a script is told nothing of them.
        """
        self.browser.open(url)
        status: int = self.browser.run("return performance.getEntriesByType('navigation')[0].responseStatus")
        return status

    def set_ahead(self, seconds: float) -> None:
        """Set the edge's clock ahead of everybody else's."""
        self.sandbox.edge.edge.clock = lambda: time.time() + seconds

    def cookies(self) -> list[dict[str, t.Any]]:
        """Return what the browser sends with a request for the course's media."""
        url = f"https://{MEDIA}/{quote(COURSE, safe=':')}/"
        found: list[dict[str, t.Any]] = self.browser.driver.execute_cdp_cmd("Network.getCookies", {"urls": [url]})[
            "cookies"
        ]
        return [cookie for cookie in found if cookie["name"].startswith("CloudFront-")]

    def set_cookie(self, name: str, value: str) -> None:
        """Change what the browser sends, which no page can do."""
        path = f"/{quote(COURSE, safe=':')}/"
        cookie = {"name": name, "value": value, "domain": f".{LMS}", "path": path, "secure": True, "httpOnly": True}
        assert self.browser.driver.execute_cdp_cmd("Network.setCookie", cookie)["success"]


@contextmanager
def classroom(folder: Path, private_key: str) -> Iterator[Classroom]:
    """Open a classroom, whose LMS is the process's one."""
    from django.core.wsgi import get_wsgi_application

    with ExitStack() as stack:
        lines: list[str] = []
        sandbox = stack.enter_context(Sandbox(account=ACCOUNT, deploy_seconds=0, log=lines.append))
        key_id = serve_media(sandbox, Aws(sandbox), keys.public_key(private_key))
        context = server_context(folder, [LMS, MFE])
        pages = Origin(context)
        stack.callback(pages.close)
        lms = Server(0, get_wsgi_application(), KeepAliveHandler)
        lms.socket = context.wrap_socket(lms.socket, server_side=True)
        lms.ssl_context = context
        lms.start()
        stack.callback(lms.close)
        hosts = {LMS: lms.port, MFE: int(pages.url.rpartition(":")[2]), MEDIA: sandbox.edge.tls_port}
        yield Classroom(sandbox, lines, key_id, pages, stack.enter_context(started(hosts)))


def serve_media(sandbox: Sandbox, aws: Aws, public_pem: str) -> str:
    """Put recordings of two courses into a bucket that only a distribution with signatures opens; return the key's id."""
    sandbox.add_certificate(CERTIFICATE, [MEDIA])
    cloudfront, s3 = aws("cloudfront"), aws("s3")
    config = public_key(EncodedKey=public_pem)
    key_id: str = cloudfront.create_public_key(PublicKeyConfig=config)["PublicKey"]["Id"]
    group = cloudfront.create_key_group(KeyGroupConfig={"Name": "media", "Items": [key_id]})["KeyGroup"]["Id"]
    control = cloudfront.create_origin_access_control(OriginAccessControlConfig=access_control())
    origins = items(*(f"https://{host}" for host in (LMS, MFE)))
    cors = response_headers_policy(CorsConfig={"AccessControlAllowOrigins": origins})
    policy = cloudfront.create_response_headers_policy(ResponseHeadersPolicyConfig=cors)
    trusted = behavior(
        CachePolicyId=CACHING_OPTIMIZED,
        ResponseHeadersPolicyId=policy["ResponseHeadersPolicy"]["Id"],
        TrustedKeyGroups={"Enabled": True, **items(group)},
    )
    origin = s3_origin(
        DomainName=f"{BUCKET}.s3.us-east-1.amazonaws.com", OriginAccessControlId=control["OriginAccessControl"]["Id"]
    )
    made = created(
        cloudfront,
        distribution(
            Aliases=items(MEDIA),
            Origins=items(origin),
            DefaultCacheBehavior=trusted,
            ViewerCertificate=own_certificate(ACMCertificateArn=CERTIFICATE),
        ),
    )
    _fill(s3, made["ARN"])
    return key_id


def _fill(s3: t.Any, distribution_arn: str) -> None:
    s3.create_bucket(Bucket=BUCKET)
    for course in (COURSE, OTHER_COURSE):
        for name, (body, type_) in recording().items():
            s3.put_object(Bucket=BUCKET, Key=f"{course}/hls/{name}", Body=body, ContentType=type_)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": distribution_arn}},
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
