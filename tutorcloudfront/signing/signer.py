"""Signed URLs and signed cookies."""

from __future__ import annotations

import binascii
import functools
import re
import threading
import time
import typing as t
from collections.abc import Callable

from tutorcloudfront.signing import keys, policy, times, urls
from tutorcloudfront.signing.errors import KeyPairError, UrlError
from tutorcloudfront.signing.times import Time

KEY_ID = re.compile(r"[A-Za-z0-9._~-]+")
#: CloudFront's base64 has others in place of what means something in a URL.
TRANSLATED = bytes.maketrans(b"+=/", b"-_~")
#: How many of the latest signatures, and answers with cookies, are kept.
KEPT = 4096
#: https://www.rfc-editor.org/rfc/rfc6265#section-6.1
MAX_COOKIE = 4096
HASH = {"rsa-sha256": "SHA256", "ecdsa-sha256": "SHA256"}


class Cookies(t.NamedTuple):
    """Cookies that are given out until they expire."""

    expires: int
    values: dict[str, str]


class Signer:
    """Signs URLs and cookies with one key of a key group that CloudFront trusts. Threads may share one.

    :param key_id: the id that CloudFront gave the public key.
    :param private_key_pem: RSA with 2048 bits or ECDSA on P-256, in PEM and not encrypted.
    :param algorithm: `rsa-sha1`, `rsa-sha256` or `ecdsa-sha256`, which must fit the key.
    :param clock: tells the present time in epoch seconds.
    """

    def __init__(
        self,
        key_id: str,
        private_key_pem: str | bytes,
        algorithm: str = "rsa-sha1",
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not isinstance(key_id, str) or not KEY_ID.fullmatch(key_id):
            raise KeyPairError(
                "the key's id must be the one that CloudFront gave the public key, such as K2JCJMDEHXQW5F"
            )
        self.key_id = key_id
        self.algorithm = algorithm
        self._clock = clock
        self._sign = keys.signing(keys.load(private_key_pem, algorithm), algorithm)
        self._common = {"CloudFront-Key-Pair-Id": key_id}
        self._tail = f"&Key-Pair-Id={key_id}"
        if algorithm in HASH:
            self._common["CloudFront-Hash-Algorithm"] = HASH[algorithm]
            self._tail += f"&Hash-Algorithm={HASH[algorithm]}"
        self._lock = threading.Lock()
        self._signature = functools.lru_cache(KEPT)(self._signed)
        # Numbers that are equal and of different types are not taken for each other: True is no time.
        self._cookies = functools.lru_cache(KEPT, typed=True)(self._signed_cookies)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key_id={self.key_id!r}, algorithm={self.algorithm!r})"

    def url(
        self,
        url: str,
        expires: Time,
        starts: Time | None = None,
        ip: str | None = None,
        resource: str | None = None,
    ) -> str:
        """Return a URL with a signature, in the form in which viewers send it.

        :param url: absolute, `http` or `https`, without a fragment. What browsers percent-encode is percent-encoded.
        :param expires: when the signature ends: a datetime with a time zone, or epoch seconds.
        :param starts: when it begins to be good, if not at once.
        :param ip: the IPv4 address, or range of addresses, that it is good for.
        :param resource: the URLs that it is good for besides this one, as a pattern: `*` stands for any characters, `?`
            for one. Whoever has the URL can put its signature to all of them.
        """
        end, beginning = times.window(expires, starts)
        times.check_future(end, self._clock())
        sent = urls.sendable(url)
        if resource is None and starts is None and ip is None:
            signed = f"Expires={end}&Signature={self._signature(policy.canned(sent, end))}"
        else:
            text = _custom(_literal(sent) if resource is None else urls.pattern(resource), end, beginning, ip)
            signed = f"Policy={_encoded(text)}&Signature={self._signature_for_many(text)}"
        whole = f"{sent}{'&' if '?' in sent else '?'}{signed}{self._tail}"
        urls.check_length(whole)
        return whole

    def cookies(
        self, resource: str, expires: Time, starts: Time | None = None, ip: str | None = None
    ) -> dict[str, str]:
        """Return the cookies, by name, that let a viewer have a resource.

        :param resource: a URL, or a pattern of URLs in which `*` stands for any characters and `?` for one.
        :param expires: when the signature ends: a datetime with a time zone, or epoch seconds.
        :param starts: when it begins to be good, if not at once.
        :param ip: the IPv4 address, or range of addresses, that it is good for.
        """
        try:
            cookies = self._cookies(resource, expires, starts, ip)
        except TypeError:
            # What cannot be kept is no good argument either: here one is told why.
            cookies = self._signed_cookies(resource, expires, starts, ip)
        times.check_future(cookies.expires, self._clock())
        return cookies.values.copy()

    def _signed_cookies(self, resource: str, expires: Time, starts: Time | None, ip: str | None) -> Cookies:
        end, beginning = times.window(expires, starts)
        times.check_future(end, self._clock())
        covered = urls.pattern(resource)
        if starts is None and ip is None and "*" not in covered:
            text = policy.canned(covered, end)
            first = {"CloudFront-Expires": str(end)}
        else:
            text = _custom(covered, end, beginning, ip)
            first = {"CloudFront-Policy": _encoded(text)}
        _check_size(first)
        return Cookies(end, {**first, "CloudFront-Signature": self._signature_for_many(text), **self._common})

    def _signature_for_many(self, text: bytes) -> str:
        """Return the signature of what threads may want at the same moment: one makes it, and the others wait for it."""
        with self._lock:
            return self._signature(text)

    def _signed(self, text: bytes) -> str:
        return _encoded(self._sign(text))


def _custom(resource: str, expires: int, starts: int | None, ip: str | None) -> bytes:
    return policy.custom(resource, expires, starts, None if ip is None else policy.source_range(ip))


def _check_size(cookies: dict[str, str]) -> None:
    if any(len(name) + len(value) > MAX_COOKIE for name, value in cookies.items()):
        raise UrlError(f"the resource is too long for a cookie, of which browsers keep {MAX_COOKIE} characters")


def _literal(url: str) -> str:
    """Return a URL for a policy in which an asterisk would let in more than that URL."""
    if "*" in url:
        raise UrlError(
            "the URL must have no asterisk, which is a wildcard here: give the pattern as resource, or write %2A"
        )
    return url


def _encoded(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).translate(TRANSLATED).decode()
