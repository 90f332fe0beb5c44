"""A check of signatures as AWS describes it, written from its documentation and not from its code.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)
EMPTY = hashlib.sha256(b"").hexdigest()
UNRESERVED = set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class Denied(Exception):
    """A request that AWS would answer with 403."""


@dataclass(frozen=True)
class Asked:
    """A request as it came over the wire; the names of headers in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Service:
    """Lets requests in that one key has signed."""

    name: str
    region: str
    access_key: str
    secret_key: str
    token: str = ""

    def check(self, asked: Asked) -> None:
        match = AUTHORIZATION.fullmatch(asked.headers.get("authorization", ""))
        if not match:
            raise Denied("MissingAuthenticationToken")
        key, day, region, name, signed, signature = match.groups()
        if (key, region, name) != (self.access_key, self.region, self.name):
            raise Denied("InvalidClientTokenId")
        if asked.headers.get("x-amz-security-token", "") != self.token:
            raise Denied("UnrecognizedClientException")
        self._check_signed_headers(asked, signed.split(";"))
        if not hmac.compare_digest(self.signature(asked, day, signed), signature):
            raise Denied(f"SignatureDoesNotMatch\n{self.canonical(asked, signed)}")

    def _check_signed_headers(self, asked: Asked, signed: list[str]) -> None:
        needed = {name for name in asked.headers if name.startswith("x-amz-")} | {"host"}
        if signed != sorted(signed) or not needed <= set(signed):
            raise Denied(f"There were headers present in the request which were not signed: {needed - set(signed)}")
        if self.name == "s3" and "x-amz-content-sha256" not in signed:
            raise Denied("Missing required header for this request: x-amz-content-sha256")

    def signature(self, asked: Asked, day: str, signed: str) -> str:
        scope = f"{day}/{self.region}/{self.name}/aws4_request"
        digest = hashlib.sha256(self.canonical(asked, signed).encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{asked.headers['x-amz-date']}\n{scope}\n{digest}"
        key = f"AWS4{self.secret_key}".encode()
        for part in (day, self.region, self.name, "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.digest(key, text.encode(), "sha256").hex()

    def canonical(self, asked: Asked, signed: str) -> str:
        body = hashlib.sha256(asked.body).hexdigest()
        if asked.headers.get("x-amz-content-sha256", body) != body:
            raise Denied("XAmzContentSHA256Mismatch")
        headers = "".join(f"{name}:{' '.join(asked.headers[name].split())}\n" for name in signed.split(";"))
        # S3 reads the name of an object out of the path, the others take the path as it is.
        path = unquote_to_bytes(asked.path) if self.name == "s3" else asked.path.encode()
        return "\n".join([asked.method, encoded(path, "/"), canonical_query(asked.query), headers, signed, body])


def encoded(data: bytes, safe: str = "") -> str:
    return "".join(chr(byte) if byte in UNRESERVED or chr(byte) in safe else f"%{byte:02X}" for byte in data)


def canonical_query(query: str) -> str:
    pairs = []
    for part in query.split("&") if query else ():
        name, _, value = part.partition("=")
        if "+" in part:
            raise Denied("a plus is read as a blank by some services, and as a plus by others")
        pairs.append((encoded(unquote_to_bytes(name)), encoded(unquote_to_bytes(value))))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))
