"""URLs as viewers send them, since what CloudFront compares with a policy is the request, byte by byte.

A URL that browsers send as it stands is signed as it stands. What they percent-encode, or write otherwise, is written
like that before it is signed, and what they would change beyond recognition is refused:

https://url.spec.whatwg.org/#url-parsing
"""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote, unquote

from tutorcloudfront.signing.errors import UrlError

#: Parameters that are CloudFront's own, and never part of what is signed.
RESERVED = frozenset(("Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"))
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
MAX_LENGTH = 8192
MAX_PORT = 65535
DEFAULT_PORTS = {"http": 80, "https": 443}

#: URLs that need no second look: nothing to be encoded, no query, no port, no segment that begins with a dot.
PLAIN = re.compile(r"https?://[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?:/(?!\.)[A-Za-z0-9._~!$&'()+,;=:@-]*)+")
PARTS = re.compile(
    r"(?P<scheme>[^:/?#]*)://"
    r"(?P<host>[^/?#]*@[^/?#:]*|[^/?#:]*)(?::(?P<port>[^/?#]*))?"
    r"(?P<path>[^?]*)(?:\?(?P<query>.*))?"
)
PORT = re.compile(r"[0-9]{1,5}")
#: Browsers take tabs and ends of lines out of a URL, and make slashes of backslashes.
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
#: What browsers percent-encode in a path and in a query.
PATH_UNSAFE = re.compile(r"[^!$%&'()*+,\-./0-9:;=@A-Z\[\]_a-z|~]")
QUERY_UNSAFE = re.compile(r"[^!$%&()*+,\-./0-9:;=?@A-Z\[\]^_`a-z{|}~]")
#: Segments that browsers resolve, and CloudFront too when it chooses a behavior.
DOTS = re.compile(r"/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)


class Form(t.NamedTuple):
    """What is expected."""

    name: str
    schemes: tuple[str, ...]
    host: re.Pattern[str]


URL = Form("the URL", ("http", "https"), re.compile(r"(?=\.*[a-z0-9_-])[a-z0-9._-]+"))
#: At least one character of the host is none of a wildcard: no pattern is good for all that the key is trusted with.
PATTERN = Form("the resource", ("http", "https", "http*"), re.compile(r"(?=[._*-]*[a-z0-9])[a-z0-9._*-]+"))


def sendable(url: str) -> str:
    """Return a URL as a viewer sends it, and raise `UrlError` where there is none."""
    if isinstance(url, str) and PLAIN.fullmatch(url):
        return url
    return _sent(url, URL)


def pattern(resource: str) -> str:
    """Return a resource, which may have wildcards, in the form in which viewers send the URLs that it is for."""
    return _sent(resource, PATTERN)


def check_length(url: str) -> None:
    """Raise `UrlError` for a URL that CloudFront would not read to its end."""
    if len(url) > MAX_LENGTH:
        raise UrlError(f"the URL may have {MAX_LENGTH} characters with its signature, and these are {len(url)}")


def _sent(url: str, form: Form) -> str:
    if not isinstance(url, str):
        raise UrlError(f"{form.name} must be text")
    if FORBIDDEN.search(url):
        raise UrlError(f"{form.name} must have no backslashes, control characters or halves of characters: encode them")
    if "#" in url:
        raise UrlError(
            f"{form.name} must have no fragment, which browsers keep to themselves; a # that is meant is %23"
        )
    parts = PARTS.fullmatch(url)
    if parts is None:
        raise UrlError(f"{form.name} must be absolute: https://, host and path")
    if parts["scheme"].lower() not in form.schemes:
        raise UrlError(f"{form.name} must begin with https:// or http://")
    return (
        f"{parts['scheme'].lower()}://{_host(parts, form)}{_port(parts, form)}{_path(parts, form)}{_query(parts, form)}"
    )


def _host(parts: re.Match[str], form: Form) -> str:
    host = parts["host"].lower()
    if not form.host.fullmatch(host):
        raise UrlError(
            f"{form.name} must have a host name of letters, digits, dots and hyphens, without user and password; "
            "names in other scripts have a form that begins with xn--"
        )
    return host


def _port(parts: re.Match[str], form: Form) -> str:
    """Return the port with its colon, and nothing where it is the one that browsers leave out."""
    if parts["port"] is None:
        return ""
    if not PORT.fullmatch(parts["port"]) or int(parts["port"]) > MAX_PORT:
        raise UrlError(f"{form.name} must have a port that is a number up to {MAX_PORT}, or none")
    port = int(parts["port"])
    return "" if port == DEFAULT_PORTS.get(parts["scheme"].lower()) else f":{port}"


def _path(parts: re.Match[str], form: Form) -> str:
    path = PATH_UNSAFE.sub(_encoded, parts["path"]) or "/"
    if DOTS.search(path):
        raise UrlError(f"{form.name} must have no segments `.` and `..`, encoded or not; write the path they lead to")
    return path


def _query(parts: re.Match[str], form: Form) -> str:
    """Return the query with its question mark, and nothing where it is empty: CloudFront then sees none."""
    if not parts["query"]:
        return ""
    for part in parts["query"].split("&"):
        name = unquote(part.partition("=")[0])
        if name in RESERVED:
            raise UrlError(f"{form.name} must have no parameter {name}, which is CloudFront's own")
    return "?" + QUERY_UNSAFE.sub(_encoded, parts["query"])


def _encoded(match: re.Match[str]) -> str:
    return quote(match.group(), safe="")
