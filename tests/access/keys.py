"""Keys for tests to sign with, made once, and the verdict of the local edge on what they have signed."""

from __future__ import annotations

import functools
from http.cookies import Morsel, SimpleCookie
from urllib.parse import urlsplit

from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.signatures import Denied, check
from tutorcloudfront.signing import Signer, keys

KEY_ID = "K2JCJMDEHXQW5F"


def private_key(algorithm: str = "rsa-sha1") -> str:
    return _made(algorithm)


@functools.cache
def _made(algorithm: str) -> str:
    return keys.generate(algorithm)


@functools.cache
def signer(algorithm: str = "rsa-sha1") -> Signer:
    return Signer(KEY_ID, private_key(algorithm), algorithm)


def is_admitted(url: str, now: float, *, cookies: str = "", algorithm: str = "rsa-sha1") -> bool:
    """Return whether the edge lets a viewer in."""
    parts = urlsplit(url)
    headers = (("cookie", cookies),) if cookies else ()
    request = Request(
        method="GET",
        scheme=parts.scheme,
        host=parts.netloc,
        path=parts.path,
        query=parts.query,
        headers=headers,
        client_ip="127.0.0.1",
        body=b"",
    )
    try:
        check(request, {KEY_ID: keys.public_key(private_key(algorithm))}, now)
    except Denied:
        return False
    return True


def sent(cookies: list[Morsel[str]] | tuple[Morsel[str], ...], path: str) -> str:
    """Return the header of the cookies that a browser sends with a request for a path."""
    jar = SimpleCookie()
    for cookie in cookies:
        if path.startswith(cookie["path"]) and int(cookie["max-age"]) > 0:
            jar[cookie.key] = cookie
    return jar.output(attrs=[], header="", sep=";").strip()
