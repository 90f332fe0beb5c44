"""Whatever is asked for is signed, and then the edge takes it, or is refused with a `SigningError`."""

from __future__ import annotations

import datetime
import typing as t

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.signing.examples import DELIMITERS, ENCODED, END, HOST, NOW, PLAIN, passes, request, signer
from tutorcloudfront.signing import Signer, SigningError

ALGORITHM = "ecdsa-sha256"
SCHEMES = st.sampled_from(["https://", "http://", "HTTPS://", "http*://", "//", "", "ftp://", "https:"])
HOSTS = st.sampled_from([HOST, "Media.Example.com", "*", "*.example.com", "", "..", "a@b", "[::1]", "xn--e1afmkfd"])
PORTS = st.sampled_from(["", ":", ":443", ":0", ":65535", ":65536", ":\u0663"])
GOOD = (*PLAIN, *DELIMITERS, *ENCODED, "/", "%2e", "*", "?", "&", "=")
BAD = ("/..", "?Expires=", "#", "\\", "\n", "\ud800")
TEXTS = st.lists(st.sampled_from([*GOOD, *BAD]), max_size=12).map("".join) | st.text(max_size=20)
URLS = st.builds(lambda *parts: "".join(parts), SCHEMES, HOSTS, PORTS, TEXTS) | st.text()
GOOD_URLS = st.lists(st.sampled_from(GOOD), max_size=12).map(lambda pieces: f"https://{HOST}/{''.join(pieces)}")
TIMES = st.integers() | st.integers(0, 2**31) | st.datetimes() | st.datetimes(timezones=st.timezones()) | st.floats()
ADDRESSES = st.ip_addresses().map(str) | st.from_regex(r"[0-9.]+/[0-9]+") | st.text()
ANYTHING = st.none() | st.booleans() | st.binary() | st.lists(st.integers()) | st.dates()


def signed(sign: t.Callable[..., t.Any], *arguments: t.Any) -> t.Any:
    """Return what was signed, None where it was refused."""
    try:
        return sign(*arguments)
    except SigningError:
        return None


@settings(deadline=None, max_examples=300)
@given(URLS | ANYTHING, TIMES | ANYTHING, TIMES | ANYTHING, ADDRESSES | ANYTHING, URLS | ANYTHING)
def test_anything_is_signed_or_refused(url: t.Any, expires: t.Any, starts: t.Any, ip: t.Any, resource: t.Any) -> None:
    by_url = signed(signer(ALGORITHM).url, url, expires, starts, ip, resource)
    assert by_url is None or by_url.isascii()
    cookies = signed(signer(ALGORITHM).cookies, resource, expires, starts, ip)
    assert cookies is None or all(value.isascii() for value in cookies.values())


@settings(deadline=None)
@given(st.text() | ANYTHING, st.text() | st.binary() | ANYTHING, st.text() | ANYTHING)
def test_any_key_is_refused(key_id: t.Any, key: t.Any, algorithm: t.Any) -> None:
    assert signed(Signer, key_id, key, algorithm) is None


@settings(deadline=None, max_examples=300)
@given(GOOD_URLS)
def test_signed_url_passes_for_itself_alone(url: str) -> None:
    by_url = signed(signer(ALGORITHM).url, url, END)
    assume(by_url)
    assert passes(request(by_url), ALGORITHM)
    sent = by_url[: by_url.rindex("Expires=") - 1]
    assert not passes(request(f"{sent}a{by_url[len(sent) :]}"), ALGORITHM)


@settings(deadline=None, max_examples=300)
@given(GOOD_URLS, st.ip_addresses(v=4), st.integers(0, 32), st.integers(0, NOW - 1))
def test_signed_url_with_conditions_passes(url: str, address: t.Any, prefix: int, starts: int) -> None:
    range_ = f"{address}/{prefix}"
    if signed(signer(ALGORITHM).url, "https://a/", END, None, range_) is None:
        range_ = str(address)
    by_url = signed(signer(ALGORITHM).url, url, END, starts, range_)
    assume(by_url)
    assert passes(request(by_url, client_ip=str(address)), ALGORITHM)


@settings(deadline=None, max_examples=300)
@given(GOOD_URLS, st.integers(0, 40))
def test_cookies_pass_for_what_begins_like_their_pattern(url: str, length: int) -> None:
    by_url = signed(signer(ALGORITHM).url, url, END)
    assume(by_url)
    sent = by_url[: by_url.rindex("Expires=") - 1]
    beginning = sent[: len(f"https://{HOST}/") + length]
    # A question mark in a pattern is for the query, or for one character: those have tests of their own.
    assume("?" not in beginning)
    cookies = signed(signer(ALGORITHM).cookies, f"{beginning}*", END)
    assert cookies is None or passes(request(sent, cookies), ALGORITHM)


@settings(deadline=None)
@given(st.datetimes(datetime.datetime(2027, 2, 1), datetime.datetime(2037, 1, 1), timezones=st.timezones()))
def test_datetimes_are_what_their_timestamps_are(expires: datetime.datetime) -> None:
    # RSA's signatures of the same are the same.
    assert signer().url(f"https://{HOST}/a", expires) == signer().url(f"https://{HOST}/a", int(expires.timestamp()))
