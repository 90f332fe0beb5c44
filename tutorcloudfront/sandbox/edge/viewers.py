"""What a viewer's request must be like before anything is done with it."""

from __future__ import annotations

from tutorcloudfront.sandbox.configs import items
from tutorcloudfront.sandbox.edge import answers
from tutorcloudfront.sandbox.edge.answers import Refused
from tutorcloudfront.sandbox.edge.deployment import Behavior
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Response

#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#RequestCustomMaxRequestStringLength
LONGEST_URL = 8_192
LONGEST_REQUEST = 32_768
#: Methods that a redirect must not turn into GET.
UNSAFE = ("DELETE", "OPTIONS", "PATCH", "POST", "PUT")


def check_length(request: Request) -> None:
    """Refuse a URL or request that is too long."""
    url = len(f"{request.scheme}://{request.host}{request.path}") + (len(request.query) + 1 if request.query else 0)
    fields = sum(len(name) + len(value) + 4 for name, value in request.headers)
    if url > LONGEST_URL or url + fields > LONGEST_REQUEST:
        raise Refused(413, "Bad request. The URL or the request is too long.")


def check_method(behavior: Behavior, request: Request) -> None:
    """Refuse a method that the behavior does not allow, and GET with a body.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesAllowedHTTPMethods
    """
    if request.method not in items(behavior.config["AllowedMethods"]):
        raise Refused(403, "The distribution does not allow the HTTP method of this request for this path.")
    if request.method == "GET" and request.body:
        raise Refused(403, "Bad request. A GET request must not have a body.")


def protocol_answer(behavior: Behavior, request: Request) -> Response | None:
    """Return what a viewer gets who should have come by HTTPS, None where all is well.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html
    """
    policy = behavior.config["ViewerProtocolPolicy"]
    if request.scheme == "https" or policy == "allow-all":
        return None
    if policy == "https-only":
        raise Refused(403, "Bad request. This path is served by HTTPS only.")
    query = f"?{request.query}" if request.query else ""
    # 307 has the viewer send the same method and body again.
    status = 307 if request.method in UNSAFE else 301
    return answers.redirect(status, f"https://{request.host}{request.path}{query}")
