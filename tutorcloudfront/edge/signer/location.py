"""Paths and query strings as AWS reads them when it checks a signature.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, unquote_to_bytes

from .refusals import Refused

#: They know an object by the letters of its name, all others a resource by its path.
S3 = ("s3", "s3-object-lambda", "s3-outposts")
UNRESERVED = "-._~"
PLAIN = re.compile(r"/[\x21-\x7e]*")


def check_path(service: str, path: str) -> None:
    """Raise `Refused` for what could be read as one path here and as another one there."""
    if not PLAIN.fullmatch(path) or "?" in path or "#" in path:
        raise Refused(400, "The path is not encoded")
    if service in S3:
        return
    segments = [unquote(segment) for segment in path[1:].split("/")]
    if any(segment in (".", "..") for segment in segments) or "" in segments[:-1]:
        raise Refused(400, "The path has dot segments or doubled slashes")


def signed_path(service: str, path: str) -> str:
    """Return what is signed for a path, which goes to the origin as the viewer has sent it.

    botocore encodes it once more, except for S3, which decodes a path and encodes it in its own way.
    """
    return quote(unquote_to_bytes(path), safe=f"/{UNRESERVED}") if service in S3 else path


def query(text: str) -> str:
    """Return a query string with everything encoded that AWS encodes; a plus is a blank, as browsers send them."""
    return "&".join(_parameter(part) for part in text.split("&") if part)


def _parameter(part: str) -> str:
    name, equals, value = part.partition("=")
    return f"{_encoded(name)}{equals}{_encoded(value)}"


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text.replace("+", " ")), safe=UNRESERVED)
