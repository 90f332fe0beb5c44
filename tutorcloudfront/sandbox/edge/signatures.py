"""What CloudFront demands of a viewer where a behavior trusts key groups: a signed URL, or signed cookies.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-cookies.html

Where AWS's documentation leaves something open, the answer here is no: an edge that lets somebody in whom CloudFront
refuses is worse than the reverse.
"""

from __future__ import annotations

import base64
import functools
import ipaddress
import json
import re
import typing as t
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tutorcloudfront.sandbox.edge.request import Request

if t.TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

Json = dict[str, t.Any]

#: Parameters of a query that are CloudFront's own, never part of what is signed, and never sent to an origin.
RESERVED = ("Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm")
#: In a cookie's name they come after this.
COOKIE_PREFIX = "CloudFront-"
#: Times are 32-bit integers.
MAX_TIME = 2**31 - 1
#: CloudFront's base64 has these in place of `+`, `=` and `/`, which mean something in a URL.
TRANSLATED = str.maketrans("-_~", "+=/")
BASE64 = re.compile(r"[A-Za-z0-9_~-]+")
RANGE = re.compile(r"[0-9.]+/[0-9]{1,2}")
#: Protocol and the rest of a resource. The protocol may be left out where the domain starts with an asterisk.
RESOURCE = re.compile(r"(?:(?P<protocol>[^:/]+)://|(?=\*))(?P<domain>[^/]+)(?P<path>/.*)?", re.DOTALL)


class Denied(Exception):
    """CloudFront's answer to a viewer without a good signature: 403, and code and message in XML (`answers.xml`)."""

    status = 403

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def check(request: Request, keys: Mapping[str, str], now: float) -> None:
    """Raise `Denied` unless the URL, or else the cookies, of a request carry a signature that is good for it.

    :param request: with `scheme` and `host` as they stand in URLs that are signed, so without the port of a local edge.
    :param keys: the public keys (PEM) of the behavior's trusted key groups, by id.
    :param now: in epoch seconds.
    """
    signed = _signed(request)
    key = _key(signed.get("Key-Pair-Id", ""), keys)
    signature = _decoded(signed.get("Signature", ""))
    if signature is None:
        raise Denied("MalformedSignature", "Could not unencode Signature")
    if ("Policy" in signed) == ("Expires" in signed):
        raise _denied()
    if "Policy" in signed:
        text = _decoded(signed["Policy"]) or b""
        policy = parsed(text)
    else:
        text, policy = _canned(request, signed["Expires"])
    if not _verifies(key, signature, text, signed.get("Hash-Algorithm")):
        raise _denied()
    if not policy.admits(request, now):
        raise _denied()


def without_reserved(query: str) -> str:
    """Return a raw query without the parameters that are CloudFront's own; all else stays as it was, and in order."""
    return "&".join(part for part in query.split("&") if part.partition("=")[0] not in RESERVED)


@dataclass(frozen=True)
class Policy:
    """The one statement of a policy."""

    resource: str
    less_than: int
    greater_than: int | None = None
    range: ipaddress.IPv4Network | None = None

    def admits(self, request: Request, now: float) -> bool:
        return (
            covers(self.resource, _url(request))
            and now < self.less_than
            and (self.greater_than is None or now > self.greater_than)
            and (self.range is None or _within(request.client_ip, self.range))
        )


def parsed(text: bytes) -> Policy:
    """Read a custom policy, and raise `Denied` when it has anything else in it than CloudFront knows.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
    """
    try:
        document = json.loads(text.decode(), object_pairs_hook=_without_duplicates)
        (statement,) = _members(document, {"Statement"})["Statement"]
        # CloudFront takes a policy without a resource, and opens everything that the key signs for. Nobody wants that.
        conditions = _members(statement, {"Resource", "Condition"})["Condition"]
        _members(conditions, {"DateLessThan"}, {"DateGreaterThan", "IpAddress"})
        later = conditions.get("DateGreaterThan")
        address = conditions.get("IpAddress")
        return Policy(
            _resource(statement["Resource"]),
            _time(conditions["DateLessThan"]),
            None if later is None else _time(later),
            None if address is None else _range(address),
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Denied("MalformedPolicy", "Malformed Policy") from None


def covers(resource: str, url: str) -> bool:
    """Tell whether a resource with wildcards is good for a URL, section by section.

    A `*` stands for any number of characters, a `?` for one, and neither reaches out of its section: protocol, domain,
    path or query. At the end of a path, a `*` is good for any query as well; at the end of a domain, for any path too.
    A `?` may also be what the query begins with, as in any URL; `\\?` is always that.
    """
    if resource == "*":
        return True
    match = RESOURCE.fullmatch(resource)
    if match is None:
        return False
    protocol, _, rest = url.partition("://")
    host, slash, location = rest.partition("/")
    path, _, query = (slash + location).partition("?")
    return (
        matches(match["protocol"] or "*", protocol)
        and matches(match["domain"], host)
        and any(matches(first, path) and matches(second, query) for first, second in _locations(match))
    )


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern stands for all of a text: `*` for any characters, `?` for one, all others for themselves."""
    at = position = resume = 0
    star = -1
    while position < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resume = at, position
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[position]):
            at += 1
            position += 1
        elif star >= 0:
            # The last asterisk takes in one character more; those before it never have to.
            resume += 1
            at, position = star + 1, resume
        else:
            return False
    return not pattern[at:].strip("*")


def _signed(request: Request) -> dict[str, str]:
    """Return what a request is signed with, by parameter. A URL with any of the parameters is a signed URL.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-choosing-signed-urls-cookies.html
    """
    pairs = [part.partition("=")[::2] for part in request.query.split("&")]
    found = [(name, value) for name, value in pairs if name in RESERVED]
    if not found:
        cookies = request.cookies
        names = [name for name in RESERVED if COOKIE_PREFIX + name in cookies]
        return {name: cookies[COOKIE_PREFIX + name] for name in names}
    if len(dict(found)) < len(found):
        raise _denied()
    return dict(found)


def _url(request: Request) -> str:
    query = without_reserved(request.query)
    return f"{request.scheme}://{request.host}{request.path}" + (f"?{query}" if query else "")


def _canned(request: Request, expires: str) -> tuple[bytes, Policy]:
    """Return the policy that a viewer does not send, since it follows from the URL and the time.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
    """
    if not re.fullmatch(r"0|[1-9][0-9]{0,9}", expires) or int(expires) > MAX_TIME:
        raise _denied()
    statement = {"Resource": _url(request), "Condition": {"DateLessThan": {"AWS:EpochTime": int(expires)}}}
    text = json.dumps({"Statement": [statement]}, separators=(",", ":")).encode()
    # The signature is good for this very URL, or not at all; what looks like a wildcard in it is none.
    return text, Policy("*", int(expires))


def _key(id_: str, keys: Mapping[str, str]) -> str:
    if not id_:
        raise Denied("MissingKey", "Missing Key-Pair-Id query parameter or cookie value")
    if id_ not in keys:
        raise Denied("InvalidKey", "Unknown Key")
    return keys[id_]


def _denied() -> Denied:
    return Denied("AccessDenied", "Access denied")


def _decoded(text: str) -> bytes | None:
    """Decode CloudFront's base64; None is for what is not base64, or nothing at all."""
    if not BASE64.fullmatch(text):
        return None
    try:
        return base64.b64decode(text.translate(TRANSLATED), validate=True)
    except ValueError:
        return None


def _verifies(pem: str, signature: bytes, text: bytes, algorithm: str | None) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding

    if algorithm not in (None, "SHA256"):
        return False
    # SHA-1 is what CloudFront takes a signature for that names no algorithm.
    hash_ = hashes.SHA256() if algorithm else hashes.SHA1()  # noqa: S303
    key = _public_key(pem)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, text, ec.ECDSA(hash_))
        else:
            key.verify(signature, text, padding.PKCS1v15(), hash_)
    except InvalidSignature:
        return False
    return True


@functools.lru_cache(maxsize=100)
def _public_key(pem: str) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    # The account has let in no other kinds.
    return t.cast("ec.EllipticCurvePublicKey | rsa.RSAPublicKey", load_pem_public_key(pem.encode()))


def _without_duplicates(pairs: list[tuple[str, t.Any]]) -> Json:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name occurs twice")
    return dict(pairs)


def _members(value: t.Any, needed: set[str], optional: t.Collection[str] = ()) -> Json:
    """Return an object that has these members and no others."""
    if not isinstance(value, dict) or not needed <= value.keys() <= needed | {*optional}:
        raise ValueError("members are missing, or unknown")
    return value


def _time(condition: t.Any) -> int:
    time = _members(condition, {"AWS:EpochTime"})["AWS:EpochTime"]
    if type(time) is not int or not 0 <= time <= MAX_TIME:
        raise ValueError("not a time in epoch seconds")
    return time


def _range(condition: t.Any) -> ipaddress.IPv4Network:
    text = _members(condition, {"AWS:SourceIp"})["AWS:SourceIp"]
    if not isinstance(text, str) or not RANGE.fullmatch(text):
        raise ValueError("not one range of IPv4 addresses")
    return ipaddress.IPv4Network(text)


def _resource(value: t.Any) -> str:
    if not isinstance(value, str) or not (value == "*" or RESOURCE.fullmatch(value)):
        raise ValueError("not a URL")
    return value


def _within(address: str, range_: ipaddress.IPv4Network) -> bool:
    try:
        return ipaddress.ip_address(address) in range_
    except ValueError:
        return False


def _locations(resource: re.Match[str]) -> Iterator[tuple[str, str]]:
    """Yield the ways to take what comes after the domain for a pattern of paths, and one of queries."""
    if resource["path"] is None:
        yield ("/*", "*") if resource["domain"].endswith("*") else ("/", "")
        return
    path, escaped, query = resource["path"].partition("\\?")
    if escaped:
        yield path, query
        return
    yield path, "*" if path.endswith("*") else ""
    for mark in re.finditer(r"\?", path):
        yield path[: mark.start()], path[mark.end() :]
