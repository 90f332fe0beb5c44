"""Keys, signers, requests and URLs of which there are many."""

from __future__ import annotations

import functools
import typing as t
from dataclasses import replace
from random import Random

from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.signatures import Denied, check
from tutorcloudfront.signing import Signer, keys

NOW = 1_800_000_000
END = NOW + 60
KEY_ID = "K2JCJMDEHXQW5F"
HOST = "media.example.com"
URL = f"https://{HOST}/course/video.mp4"
DIRECTORY = f"https://{HOST}/course/*"

#: Pieces of paths and queries: what all signers leave as it is, what some encode, and what all must.
PLAIN = ("a", "Z", "0", "-", "_", ".", "~", "video.mp4", "seg-00001", "%20", "%C3%A9", "(1)", "!", "*")
DELIMITERS = ("@", ":", "+", ",", ";", "$", "'", "asset-v1:Org+Course", "%2F", "%", "%zz", "[]", "|")
ENCODED = (" ", "é", "课程", "😀", "<", ">", '"', "`", "{", "}", "\xad", "\u2028", "\ufeff", "\uff0f")


@functools.cache
def private_key(algorithm: str) -> str:
    return keys.generate(algorithm)


@functools.cache
def public_key(algorithm: str) -> str:
    return keys.public_key(private_key(algorithm))


@functools.cache
def signer(algorithm: str = "rsa-sha1") -> Signer:
    return Signer(KEY_ID, private_key(algorithm), algorithm, clock=lambda: NOW)


def request(url: str, cookies: dict[str, str] | None = None, **changes: t.Any) -> Request:
    """Return a viewer's request for a URL, which is sent as it stands."""
    scheme, _, rest = url.partition("://")
    host, slash, location = rest.partition("/")
    path, _, query = (slash + location).partition("?")
    header = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    return replace(Request("GET", scheme, host, path, query, (("cookie", header),)), **changes)


def passes(candidate: Request, algorithm: str = "rsa-sha1", now: float = NOW) -> bool:
    """Tell whether an edge that trusts the key of an algorithm lets a request pass."""
    try:
        check(candidate, {KEY_ID: public_key(algorithm)}, now)
    except Denied:
        return False
    return True


def many_urls(number: int, *pieces: str, seed: int = 1) -> list[str]:
    """Return URLs with and without ports, paths of several segments, and queries, always the same ones."""
    random = Random(seed)

    def text(most: int) -> str:
        return "".join(random.choices(pieces, k=random.randint(0, most)))

    def url() -> str:
        origin = random.choice(("https://", "http://")) + random.choice((HOST, "d111111abcdef8.cloudfront.net"))
        port = random.choice(("", "", ":8443", ":8080"))
        path = "".join(f"/x{text(4)}" for _ in range(random.randint(0, 4))) + "/"
        query = "&".join(f"{random.choice('abc')}{text(2)}={text(3)}" for _ in range(random.randint(0, 3)))
        # Where a URL ends, browsers cut off blanks; before a signature they are none of its end.
        return f"{origin}{port}{path}{'?' if query else ''}{query}".rstrip(" ")

    return [url() for _ in range(number)]
