"""What is done with a request on its way to AWS.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html#lambda-event-structure-request
"""

from __future__ import annotations

import os
import sys
from base64 import b64decode

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest

from . import location
from .refusals import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    import typing as t
    from collections.abc import Mapping

    Json = dict[str, t.Any]

#: What signing adds.
SIGNATURE = ("Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-SHA256")
#: A viewer's header that AWS takes for a part of the request, and that is not about who signs: the name of the operation
#: in older protocols. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
TARGET = "x-amz-target"
_PHRASES = {204: "No Content", 400: "Bad Request", 413: "Content Too Large", 500: "Internal Server Error"}


class Credentials:
    """Those of the function's role, in a class of its own: botocore's takes as long to import as all else.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.access_key = environment["AWS_ACCESS_KEY_ID"]
        self.secret_key = environment["AWS_SECRET_ACCESS_KEY"]
        self.token = environment.get("AWS_SESSION_TOKEN")
        if not self.access_key or not self.secret_key:
            raise ValueError("no credentials")


class Handler:
    """Signs requests for one service, and lets none go on without a signature.

    :param config: as `package` puts it into the zip.
    """

    def __init__(self, config: Mapping[str, t.Any]) -> None:
        self._service: str = config["service"]
        self._region: str = config["region"]
        self._host: str = config["host"]
        self._signer = S3SigV4Auth if self._service in location.S3 else SigV4Auth

    def __call__(self, event: Json, _context: object = None) -> Json:
        """Return the request with its signature, or an answer in its place."""
        try:
            return self._handled(event["Records"][0]["cf"])
        except Refused as refused:
            return _answer(refused.status, f"{refused.reason}.\n")
        except Exception as error:
            # Of its message nothing: there may be a secret in it.
            sys.stderr.write(f"A request could not be signed: {type(error).__name__}\n")
            return _answer(500, "The request could not be signed.\n")

    def _handled(self, cf: Json) -> Json:
        config, request = cf["config"], cf["request"]
        if config["eventType"] != "origin-request":
            raise ValueError("a signature is for the request as it goes to the origin")
        # Preflight requests, for which nobody needs a token. AWS's own services have no such operation.
        if request["method"] == "OPTIONS":
            return _answer(204, "")
        path = self._path(request)
        query = location.query(request["querystring"])
        signature = self._signature(request, path, query, config["requestId"])
        return {**request, "querystring": query, "headers": {**_kept(request["headers"]), **signature}}

    def _path(self, request: Json) -> str:
        """Return the path as the origin will get it, where it is the origin that signatures are made for."""
        ((kind, origin),) = request["origin"].items()
        if origin["domainName"] != self._host or (kind == "custom" and origin["protocol"] != "https"):
            raise ValueError("another origin")
        path: str = origin.get("path", "") + request["uri"]
        location.check_path(self._service, path)
        return path

    def _signature(self, request: Json, path: str, query: str, request_id: str) -> Json:
        """Return the headers that make a request one of the function's role."""
        url = f"https://{self._host}{location.signed_path(self._service, path)}?{query}"
        # All that is to be signed, with the one header that CloudFront adds and AWS wants to be signed.
        headers = {"Host": self._host, "X-Amz-Cf-Id": request_id, **_signed_as_sent(request["headers"])}
        signed = AWSRequest(request["method"], url, headers, _body(request))
        credentials: t.Any = Credentials(os.environ)
        self._signer(credentials, self._service, self._region).add_auth(signed)
        added = {name: signed.headers[name] for name in SIGNATURE if name in signed.headers}
        if "Authorization" not in added:
            raise ValueError("no signature")
        return {name.lower(): [{"key": name, "value": value}] for name, value in {"Host": self._host, **added}.items()}


def _signed_as_sent(headers: Json) -> dict[str, str]:
    return {name: headers[name][0]["value"] for name in ("content-type", TARGET) if len(headers.get(name, ())) == 1}


def _kept(headers: Json) -> Json:
    """Return the viewer's headers without those by which AWS knows who asks, and how a request is to be read."""
    return {
        name: fields
        for name, fields in headers.items()
        if name == TARGET or not name.startswith(("x-amz-", "authorization", "x-cloudfront-token-"))
    }


def _body(request: Json) -> bytes:
    """Return the body, all of which is signed."""
    body = request.get("body")
    if body is None:
        lengths = [field["value"] for field in request["headers"].get("content-length", ())]
        if "transfer-encoding" in request["headers"] or any(length != "0" for length in lengths):
            raise ValueError("a body that the function does not get to see")
        return b""
    if body["inputTruncated"]:
        raise Refused(413, "The body is longer than can be signed")
    if body["encoding"] == "base64":
        return b64decode(body["data"], validate=True)
    data: str = body["data"]
    return data.encode()


def _answer(status: int, body: str) -> Json:
    headers = {"Cache-Control": "no-store", **({"Content-Type": "text/plain; charset=utf-8"} if body else {})}
    return {
        "status": str(status),
        "statusDescription": _PHRASES[status],
        "headers": {name.lower(): [{"key": name, "value": value}] for name, value in headers.items()},
        "body": body,
    }
