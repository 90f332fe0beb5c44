"""URLs as viewers send them, since what CloudFront compares with a policy is the request, byte by byte.

A URL that browsers send as it stands is signed as it stands. What they percent-encode, or write otherwise, is written
like that before it is signed, and what they would change beyond recognition is refused:

https://url.spec.whatwg.org/#url-parsing
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from tutorcloudfront.signing.errors import UrlError

#: Parameters that are CloudFront's own, and never part of what is signed.
RESERVED = frozenset(("Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"))
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
MAX_LENGTH = 8192
DEFAULT_PORTS = {"http": 80, "https": 443}

#: URLs that need no second look: nothing to be encoded, no query, no port, no segment that begins with a dot.
PLAIN = re.compile(r"https?://[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?:/(?!\.)[A-Za-z0-9._~!$&'()+,;=:@-]*)+", re.ASCII)
PARTS = re.compile(
    r"(?P<scheme>[^:/?#]*)://(?P<host>[^/?#]*@[^/?#:]*|[^/?#:]*)(?::(?P<port>[^/?#]*))?(?P<path>[^?]*)(?:\?(?P<query>.*))?"
)
HOST = re.compile(r"(?=\.*[a-z0-9_-])[a-z0-9._-]+")
HOST_PATTERN = re.compile(r"(?=[._*-]*[a-z0-9])[a-z0-9._*-]+")
PORT = re.compile(r"[0-9]{1,5}")
#: Browsers take tabs and ends of lines out of a URL, and make slashes of backslashes.
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
#: What browsers percent-encode in a path and in a query.
PATH_UNSAFE = re.compile(r"[^!$%&'()*+,\-./0-9:;=@A-Z\[\]_a-z|~]")
QUERY_UNSAFE = re.compile(r"[^!$%&()*+,\-./0-9:;=?@A-Z\[\]\\^_`a-z{|}~]")
#: Segments that browsers resolve, and CloudFront does to choose a behavior.
DOTS = re.compile(r"/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)


def sendable(url: str) -> str:
    """Return a URL as a viewer sends it, and raise `UrlError` where there is none."""
    if isinstance(url, str) and len(url) <= MAX_LENGTH and PLAIN.fullmatch(url):
        return url
    return _sent(url, ("http", "https"), HOST, "the URL")


def pattern(resource: str) -> str:
    """Return a resource, which may have wildcards, in the form in which viewers send the URLs that it is for."""
    return _sent(resource, ("http", "https", "http*"), HOST_PATTERN, "the resource")


def _sent(url: str, schemes: tuple[str, ...], hosts: re.Pattern[str], what: str) -> str:
    if not isinstance(url, str):
        raise UrlError(f"{what} must be text")
    if FORBIDDEN.search(url):
        raise UrlError(f"{what} must have no control characters, ends of lines and backslashes; percent-encode them")
    if "#" in url:
        raise UrlError(f"{what} must have no fragment, which browsers keep to themselves; a # that is meant is %23")
    parts = PARTS.fullmatch(url)
    if parts is None:
        raise UrlError(f"{what} must be absolute: https://, host and path")
    scheme = parts["scheme"].lower()
    if scheme not in schemes:
        raise UrlError(f"{what} must begin with https:// or http://")
    origin = f"{scheme}://{_host(parts, hosts, what)}{_port(parts, what)}"
    sent = f"{origin}{_path(parts, what)}{_query(parts, what)}"
    if len(sent) > MAX_LENGTH:
        raise UrlError(f"{what} may have {MAX_LENGTH} characters, and these are {len(sent)}")
    return sent


def _host(parts: re.Match[str], hosts: re.Pattern[str], what: str) -> str:
    host = parts["host"].lower()
    if not hosts.fullmatch(host):
        raise UrlError(
            f"{what} must have a host name of letters, digits, dots and hyphens, without user and password; "
            "others have an ASCII form, which begins with xn--"
        )
    return host


def _port(parts: re.Match[str], what: str) -> str:
    """Return the port with its colon, and nothing where it is the one that browsers leave out."""
    if parts["port"] is None:
        return ""
    if not PORT.fullmatch(parts["port"]) or int(parts["port"]) > 65535:
        raise UrlError(f"{what} must have a number as its port, at most 65535")
    port = int(parts["port"])
    return "" if port == DEFAULT_PORTS.get(parts["scheme"].lower()) else f":{port}"


def _path(parts: re.Match[str], what: str) -> str:
    path = PATH_UNSAFE.sub(_encoded, parts["path"]) or "/"
    if DOTS.search(path):
        raise UrlError(f"{what} must have no segments `.` and `..` in its path; write the path that they lead to")
    return path


def _query(parts: re.Match[str], what: str) -> str:
    """Return the query with its question mark, and nothing where it is empty: CloudFront then sees none."""
    if not parts["query"]:
        return ""
    for part in parts["query"].split("&"):
        name = unquote(part.partition("=")[0])
        if name in RESERVED:
            raise UrlError(f"{what} must have no parameter {name}, which is CloudFront's own")
    return "?" + QUERY_UNSAFE.sub(_encoded, parts["query"])


def _encoded(match: re.Match[str]) -> str:
    return quote(match.group(), safe="")
