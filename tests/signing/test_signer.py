"""Signed URLs and cookies, as the edge that demands them takes them."""

from __future__ import annotations

import functools
import typing as t
from dataclasses import replace

import pytest

from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.signatures import Denied, check
from tutorcloudfront.signing import Signer, keys

NOW = 1_800_000_000
END = NOW + 60
KEY_ID = "K2JCJMDEHXQW5F"
HOST = "media.example.com"
URL = f"https://{HOST}/course/video.mp4"
DIRECTORY = f"https://{HOST}/course/*"


@functools.cache
def private_key(algorithm: str) -> str:
    return keys.generate(algorithm)


@functools.cache
def signer(algorithm: str = "rsa-sha1") -> Signer:
    return Signer(KEY_ID, private_key(algorithm), algorithm, clock=lambda: NOW)


def request(url: str, cookies: dict[str, str] | None = None, **changes: t.Any) -> Request:
    scheme, _, rest = url.partition("://")
    host, slash, location = rest.partition("/")
    path, _, query = (slash + location).partition("?")
    header = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    return replace(Request("GET", scheme, host, path, query, (("cookie", header),)), **changes)


def passes(candidate: Request, algorithm: str = "rsa-sha1", now: float = NOW) -> bool:
    try:
        check(candidate, {KEY_ID: keys.public_key(private_key(algorithm))}, now)
    except Denied:
        return False
    return True


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS)
class TestEveryAlgorithm:
    def test_url(self, algorithm: str) -> None:
        url = signer(algorithm).url(URL, END)
        assert url.startswith(f"{URL}?Expires={END}&Signature=")
        assert passes(request(url), algorithm)
        assert not passes(request(url), algorithm, END)
        assert not passes(request(url.replace("video", "other")), algorithm)

    def test_url_with_a_custom_policy(self, algorithm: str) -> None:
        url = signer(algorithm).url(URL, END, NOW - 10, "192.0.2.0/24", DIRECTORY)
        assert url.startswith(f"{URL}?Policy=")
        inside: t.Any = {"client_ip": "192.0.2.17"}
        assert passes(request(url, **inside), algorithm)
        assert passes(request(url.replace("video", "other"), **inside), algorithm)
        assert not passes(request(url.replace("course", "elsewhere"), **inside), algorithm)
        assert not passes(request(url, client_ip="192.0.3.17"), algorithm)
        assert not passes(request(url, **inside), algorithm, NOW - 10)

    def test_cookies(self, algorithm: str) -> None:
        cookies = signer(algorithm).cookies(URL, END)
        assert cookies["CloudFront-Expires"] == str(END)
        assert passes(request(URL, cookies), algorithm)
        assert not passes(request(f"{URL}?x=1", cookies), algorithm)

    def test_cookies_for_a_pattern(self, algorithm: str) -> None:
        cookies = signer(algorithm).cookies(DIRECTORY, END)
        assert "CloudFront-Expires" not in cookies
        assert passes(request(URL, cookies), algorithm)
        assert passes(request(f"{URL}?x=1", cookies), algorithm)
        assert not passes(request(f"https://{HOST}/elsewhere/video.mp4", cookies), algorithm)
