"""What CloudFront demands of a viewer where a behavior trusts key groups."""

from __future__ import annotations

import base64
import datetime
import functools
import json
import re
import typing as t
from dataclasses import replace

import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import example, given
from hypothesis import strategies as st

from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.signatures import Denied, check, covers, matches, without_reserved

NOW = 1_800_000_000
END = NOW + 60
HOST = "media.example.com"
URL = f"https://{HOST}/course/video.mp4"
DIRECTORY = f"https://{HOST}/course/*"
KINDS = ("rsa", "ecdsa")
HASHES = ("sha1", "sha256")

Parameters = dict[str, str]


@functools.cache
def private_key(kind: str) -> t.Any:
    return rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())


@functools.cache
def keys() -> dict[str, str]:
    """The keys that the behavior trusts, by id, which is their kind."""
    form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return {kind: private_key(kind).public_key().public_bytes(*form).decode() for kind in KINDS}


def signature(text: bytes, kind: str = "rsa", hash_: str = "sha1") -> bytes:
    algorithm = hashes.SHA1() if hash_ == "sha1" else hashes.SHA256()
    scheme = (padding.PKCS1v15(), algorithm) if kind == "rsa" else (ec.ECDSA(algorithm),)
    signed: bytes = private_key(kind).sign(text, *scheme)
    return signed


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode().replace("+", "-").replace("=", "_").replace("/", "~")


def policy(resource: str = DIRECTORY, **conditions: t.Any) -> dict[str, t.Any]:
    """A custom policy; conditions that are None are left out."""
    members = {"DateLessThan": {"AWS:EpochTime": END}, **conditions}
    condition = {name: value for name, value in members.items() if value is not None}
    return {"Statement": [{"Resource": resource, "Condition": condition}]}


def custom(document: t.Any, kind: str = "rsa", hash_: str = "sha1") -> Parameters:
    """Sign a policy, which is JSON that is written here, or text as it is."""
    text = document if isinstance(document, str) else json.dumps(document)
    signed = {"Policy": encoded(text.encode()), "Signature": encoded(signature(text.encode(), kind, hash_))}
    return {**signed, "Key-Pair-Id": kind, **({"Hash-Algorithm": "SHA256"} if hash_ == "sha256" else {})}


def canned(url: str = URL, end: int = END, kind: str = "rsa", hash_: str = "sha1") -> Parameters:
    text = f'{{"Statement":[{{"Resource":"{url}","Condition":{{"DateLessThan":{{"AWS:EpochTime":{end}}}}}}}]}}'
    signed = {"Expires": str(end), "Signature": encoded(signature(text.encode(), kind, hash_)), "Key-Pair-Id": kind}
    return {**signed, **({"Hash-Algorithm": "SHA256"} if hash_ == "sha256" else {})}


def request(url: str = URL, **changes: t.Any) -> Request:
    scheme, _, rest = url.partition("://")
    host, slash, location = rest.partition("/")
    path, _, query = (slash + location).partition("?")
    return replace(Request("GET", scheme, host, path, query), **changes)


def by_url(parameters: Parameters, url: str = URL, **changes: t.Any) -> Request:
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    return request(f"{url}{'&' if '?' in url else '?'}{query}", **changes)


def by_cookies(parameters: Parameters, url: str = URL, **changes: t.Any) -> Request:
    cookie = "; ".join(f"CloudFront-{name}={value}" for name, value in parameters.items())
    return request(url, headers=(("cookie", f"session=1; {cookie}"),), **changes)


def passes(candidate: Request, now: float = NOW) -> bool:
    try:
        check(candidate, keys(), now)
    except Denied as denied:
        if (denied.status, denied.code, denied.message) != (403, "AccessDenied", "Access denied"):
            raise
        return False
    return True


@pytest.mark.parametrize("hash_", HASHES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("send", [by_url, by_cookies])
class TestSignatures:
    def test_canned_policy(self, send: t.Any, kind: str, hash_: str) -> None:
        parameters = canned(kind=kind, hash_=hash_)
        assert passes(send(parameters))
        assert not passes(send(parameters, f"https://{HOST}/course/other.mp4"))

    def test_custom_policy(self, send: t.Any, kind: str, hash_: str) -> None:
        parameters = custom(policy(), kind, hash_)
        assert passes(send(parameters))
        assert passes(send(parameters, f"https://{HOST}/course/other.mp4?x=1"))
        assert not passes(send(parameters, f"https://{HOST}/elsewhere/video.mp4"))

    def test_hash_is_the_one_that_is_named(self, send: t.Any, kind: str, hash_: str) -> None:
        parameters = custom(policy(), kind, hash_)
        if hash_ == "sha256":
            del parameters["Hash-Algorithm"]
        else:
            parameters["Hash-Algorithm"] = "SHA256"
        assert not passes(send(parameters))

    def test_changed_policy(self, send: t.Any, kind: str, hash_: str) -> None:
        parameters = custom(policy(), kind, hash_)
        assert not passes(send({**parameters, "Policy": custom(policy("*"), kind, hash_)["Policy"]}))

    def test_other_key(self, send: t.Any, kind: str, hash_: str) -> None:
        other = next(other for other in KINDS if other != kind)
        assert not passes(send({**custom(policy(), kind, hash_), "Key-Pair-Id": other}))


class TestAgainstBotocore:
    """URLs and policies as AWS's own signer for Python makes them."""

    @staticmethod
    def signer() -> CloudFrontSigner:
        return CloudFrontSigner("rsa", signature)

    @pytest.mark.parametrize("url", [URL, f"{URL}?x=1&y=%20", f"https://{HOST}/"])
    def test_canned(self, url: str) -> None:
        end = datetime.datetime.fromtimestamp(END, datetime.timezone.utc)
        signed = self.signer().generate_presigned_url(url, date_less_than=end)
        assert passes(request(signed))
        assert not passes(request(signed), END)

    def test_custom(self) -> None:
        signer = self.signer()
        start, end = (datetime.datetime.fromtimestamp(time, datetime.timezone.utc) for time in (NOW - 10, END))
        text = signer.build_policy(DIRECTORY, end, date_greater_than=start, ip_address="192.0.2.0/24")
        signed = signer.generate_presigned_url(f"{URL}?x=1", policy=text)
        assert passes(request(signed, client_ip="192.0.2.1"))
        assert not passes(request(signed, client_ip="192.0.3.1"))
        assert not passes(request(signed, client_ip="192.0.2.1"), NOW - 20)


GOOD = policy()
STATEMENT = GOOD["Statement"][0]


@pytest.mark.parametrize("send", [by_url, by_cookies])
@pytest.mark.parametrize(
    ("code", "message", "parameters"),
    [
        pytest.param(
            "MissingKey", "Missing Key-Pair-Id query parameter or cookie value", {"Expires": "1"}, id="no key"
        ),
        pytest.param(
            "MissingKey",
            "Missing Key-Pair-Id query parameter or cookie value",
            {**canned(), "Key-Pair-Id": ""},
            id="empty key",
        ),
        pytest.param("InvalidKey", "Unknown Key", {**canned(), "Key-Pair-Id": "K1"}, id="unknown key"),
        pytest.param("MalformedSignature", "Could not unencode Signature", {"Key-Pair-Id": "rsa"}, id="no signature"),
        pytest.param(
            "MalformedSignature", "Could not unencode Signature", {**canned(), "Signature": "a"}, id="bad signature"
        ),
        pytest.param(
            "MalformedSignature", "Could not unencode Signature", {**canned(), "Signature": "ab+="}, id="plain base64"
        ),
        pytest.param(
            "MalformedSignature", "Could not unencode Signature", {**canned(), "Signature": ""}, id="empty signature"
        ),
        pytest.param(
            "MalformedSignature",
            "Could not unencode Signature",
            {**canned(), "Signature": "AAAA_AAA"},
            id="signature padded in its middle",
        ),
        pytest.param("AccessDenied", "Access denied", {**canned(), "Signature": "AAAA"}, id="wrong signature"),
        pytest.param(
            "AccessDenied", "Access denied", {"Key-Pair-Id": "rsa", "Signature": "AAAA"}, id="neither policy nor end"
        ),
        pytest.param("AccessDenied", "Access denied", {**canned(), **custom(GOOD)}, id="both policy and end"),
        pytest.param("AccessDenied", "Access denied", {**canned(), "Expires": f"0{END}"}, id="zero in front"),
        pytest.param("AccessDenied", "Access denied", {**canned(), "Expires": "soon"}, id="end that is no number"),
        pytest.param("AccessDenied", "Access denied", {**canned(), "Expires": str(END + 1)}, id="end changed"),
        pytest.param("AccessDenied", "Access denied", canned(end=2**31), id="end after 2038"),
        pytest.param("AccessDenied", "Access denied", {**canned(), "Hash-Algorithm": "SHA512"}, id="unknown hash"),
        pytest.param("AccessDenied", "Access denied", {**canned(), "Hash-Algorithm": ""}, id="empty hash"),
        pytest.param("MalformedPolicy", "Malformed Policy", {**custom(GOOD), "Policy": "a"}, id="policy undecodable"),
        pytest.param("MalformedPolicy", "Malformed Policy", {**custom(GOOD), "Policy": ""}, id="empty policy"),
    ],
)
def test_is_denied(send: t.Any, code: str, message: str, parameters: Parameters) -> None:
    with pytest.raises(Denied) as caught:
        check(send(parameters), keys(), NOW)
    assert (caught.value.code, caught.value.message) == (code, message)


def test_nothing_is_signed() -> None:
    with pytest.raises(Denied, match="MissingKey"):
        check(request(f"{URL}?x=1", headers=(("cookie", "session=1"),)), keys(), NOW)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("no JSON", id="no JSON"),
        pytest.param("[" * 100_000, id="nested without end"),
        pytest.param([GOOD], id="a list"),
        pytest.param({}, id="no statement"),
        pytest.param({**GOOD, "Version": "2012-10-17"}, id="unknown member"),
        pytest.param({"Statement": STATEMENT}, id="statement that is no list"),
        pytest.param({"Statement": []}, id="empty list"),
        pytest.param({"Statement": [STATEMENT, STATEMENT]}, id="two statements"),
        pytest.param({"Statement": [{"Condition": STATEMENT["Condition"]}]}, id="no resource"),
        pytest.param({"Statement": [{"Resource": DIRECTORY}]}, id="no condition"),
        pytest.param({"Statement": [{**STATEMENT, "Effect": "Allow"}]}, id="unknown member of the statement"),
        pytest.param(policy(""), id="empty resource"),
        pytest.param(policy("media.example.com/*"), id="resource without protocol"),
        pytest.param(policy(t.cast("str", [DIRECTORY])), id="list of resources"),
        pytest.param(policy(DateLessThan=None), id="no end"),
        pytest.param(policy(DateLessThan={}), id="empty end"),
        pytest.param(policy(DateLessThan={"AWS:EpochTime": str(END)}), id="end as text"),
        pytest.param(policy(DateLessThan={"AWS:EpochTime": END + 0.5}), id="end with a fraction"),
        pytest.param(policy(DateLessThan={"AWS:EpochTime": True}), id="end that is a truth value"),
        pytest.param(policy(DateLessThan={"AWS:EpochTime": -1}), id="negative end"),
        pytest.param(policy(DateLessThan={"AWS:EpochTime": 2**31}), id="end after 2038"),
        pytest.param(policy(DateLessThan={"AWS:EpochTime": END, "x": 1}), id="end with more"),
        pytest.param(json.dumps(GOOD).replace(str(END), "Infinity"), id="infinite end"),
        pytest.param(policy(DateGreaterThan={"AWS:EpochTime": "0"}), id="start as text"),
        pytest.param(policy(IpAddress={"AWS:SourceIp": "192.0.2.1"}), id="address without length"),
        pytest.param(policy(IpAddress={"AWS:SourceIp": "192.0.2.1/24"}), id="address in its range"),
        pytest.param(policy(IpAddress={"AWS:SourceIp": "192.0.2.0/33"}), id="range too long"),
        pytest.param(policy(IpAddress={"AWS:SourceIp": "192.0.2.0/255.255.255.0"}), id="netmask"),
        pytest.param(policy(IpAddress={"AWS:SourceIp": "2001:db8::/32"}), id="IPv6"),
        pytest.param(policy(IpAddress={"AWS:SourceIp": ["192.0.2.0/24"]}), id="list of ranges"),
        pytest.param(policy(NotIpAddress={"AWS:SourceIp": "192.0.2.0/24"}), id="unknown condition"),
        pytest.param(json.dumps(GOOD)[:-1] + ', "Statement": []}', id="statements twice"),
        pytest.param(
            json.dumps(GOOD).replace('"Resource"', '"Resource": "*", "Resource"'),
            id="resource twice",
        ),
    ],
)
def test_policy_is_malformed(document: t.Any) -> None:
    with pytest.raises(Denied) as caught:
        check(by_url(custom(document)), keys(), NOW)
    assert (caught.value.code, caught.value.message) == ("MalformedPolicy", "Malformed Policy")


def test_policy_that_is_not_utf_8() -> None:
    text = b'\xff{"Statement":[]}'
    signed = {"Policy": encoded(text), "Signature": encoded(signature(text)), "Key-Pair-Id": "rsa"}
    with pytest.raises(Denied, match="MalformedPolicy"):
        check(by_url(signed), keys(), NOW)


def test_policy_may_have_white_space() -> None:
    assert passes(by_url(custom(json.dumps(GOOD, indent=4) + "\n")))


@pytest.mark.parametrize("parameters", [canned(), custom(GOOD)], ids=["canned", "custom"])
def test_end(parameters: Parameters) -> None:
    assert passes(by_url(parameters), END - 0.1)
    assert not passes(by_url(parameters), END)


def test_start() -> None:
    parameters = custom(policy(DateGreaterThan={"AWS:EpochTime": NOW}))
    assert not passes(by_url(parameters), NOW)
    assert passes(by_url(parameters), NOW + 1)


@pytest.mark.parametrize(
    ("range_", "address", "allowed"),
    [
        ("192.0.2.7/32", "192.0.2.7", True),
        ("192.0.2.7/32", "192.0.2.8", False),
        ("192.0.2.0/24", "192.0.2.255", True),
        ("192.0.2.0/24", "192.0.3.0", False),
        ("0.0.0.0/0", "198.51.100.1", True),
        ("0.0.0.0/0", "2001:db8::1", False),
        ("0.0.0.0/0", "somewhere", False),
    ],
)
def test_address(range_: str, address: str, allowed: bool) -> None:
    parameters = custom(policy(IpAddress={"AWS:SourceIp": range_}))
    assert passes(by_url(parameters, client_ip=address)) == allowed


class TestPlaces:
    """Where a signature may stand, and what it is for."""

    def test_url_goes_before_cookies(self) -> None:
        cookies = by_cookies(custom(GOOD)).headers
        assert passes(request(headers=cookies))
        assert not passes(by_url({**canned(), "Signature": "AAAA"}, headers=cookies))
        assert passes(by_url(canned(), headers=by_cookies({**canned(), "Signature": "AAAA"}).headers))

    @pytest.mark.parametrize("name", ["Expires", "Policy", "Signature", "Hash-Algorithm"])
    def test_one_parameter_makes_it_a_signed_url(self, name: str) -> None:
        with pytest.raises(Denied, match="MissingKey"):
            check(by_cookies(custom(GOOD), f"{URL}?{name}=1"), keys(), NOW)

    def test_names_are_case_sensitive(self) -> None:
        assert passes(by_cookies(custom(GOOD), f"{URL}?expires=1&policy=2"))
        with pytest.raises(Denied, match="MissingKey"):
            check(by_url({name.lower(): value for name, value in canned().items()}), keys(), NOW)

    def test_parameter_twice(self) -> None:
        signed = by_url(canned())
        assert not passes(replace(signed, query=f"{signed.query}&Expires={END}"))

    def test_canned_policy_is_for_the_whole_url(self) -> None:
        url = f"{URL}?x=1&y=2"
        assert passes(by_url(canned(url), url))
        for other in (URL, f"{URL}?x=1", f"{URL}?y=2&x=1", url.replace("https", "http"), url.replace("media", "m")):
            assert not passes(by_url(canned(url), other))

    def test_own_parameters_may_come_later(self) -> None:
        signed = by_url(canned(f"{URL}?x=1&y=2"))
        assert passes(replace(signed, query=f"x=1&{signed.query}&y=2"))

    def test_canned_policy_has_no_wildcards(self) -> None:
        assert not passes(by_url(canned(DIRECTORY)))
        assert passes(by_url(canned(DIRECTORY), DIRECTORY))

    def test_no_keys_are_trusted(self) -> None:
        with pytest.raises(Denied, match="InvalidKey: Unknown Key"):
            check(by_url(canned()), {}, NOW)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", ""),
        ("x=1", "x=1"),
        ("Expires=1&Signature=2&Key-Pair-Id=3", ""),
        ("x=1&Policy=1&y=2&Hash-Algorithm=SHA256&x=3", "x=1&y=2&x=3"),
        ("x=%20&&Expires=1&b", "x=%20&&b"),
        ("Expires", ""),
        ("expires=1&Policy2=1&x=Policy", "expires=1&Policy2=1&x=Policy"),
    ],
)
def test_without_reserved(query: str, left: str) -> None:
    assert without_reserved(query) == left


@pytest.mark.parametrize(
    ("resource", "url", "good"),
    [
        # The developer guide's own examples.
        ("https://www.example.com/hello*world", "https://www.example.com/helloworld", True),
        ("https://www.example.com/hello*world", "https://www.example.com/hello-world", True),
        ("https://www.example.com/hello*world", "https://www.example.net/hello?world", False),
        ("https://www.example.com/hello*world", "https://www.example.com/hello?world", False),
        ("http://example.com/hello*", "http://example.com/hello", True),
        ("http://example.com/hello*", "http://example.com/hello/a?b=c", True),
        ("http://example.com*", "http://example.com/a?b", True),
        ("http://example.com*", "http://example.com.au/", True),
        ("*example.com", "https://www.example.com/", True),
        ("*example.com", "https://www.example.com/a", False),
        ("*example.com", "https://www.example.com/?a", False),
        ("*", "http://anything.example/at?all", True),
        ("https://*", "https://anything.example/at?all", True),
        ("https://*", "http://anything.example/at?all", False),
        ("https://d1.cloudfront.net/*game_download.zip*", "https://d1.cloudfront.net/game_download.zip", True),
        ("https://d1.cloudfront.net/*game_download.zip*", "https://d1.cloudfront.net/a_game_download.zip?l=yes", True),
        ("https://d1.cloudfront.net/i.jpg?size=large&l=yes", "https://d1.cloudfront.net/i.jpg?size=large&l=yes", True),
        # A section's wildcards stay in it.
        ("https://*.example.com/a", "https://www.example.com/a", True),
        ("https://*.example.com/a", "https://evil.example/.example.com/a", False),
        ("https://media.example.com/a/*", "https://media.example.com.evil.example/a/b", False),
        ("https://media.example.com/a/*", "https://media.example.com/b?/a/", False),
        ("*://media.example.com/a", "http://media.example.com/a", True),
        ("http*://media.example.com/a", "https://media.example.com/a", True),
        ("http?://media.example.com/a", "https://media.example.com/a", True),
        ("http?://media.example.com/a", "http://media.example.com/a", False),
        ("*example.com/?u=http://x", "https://www.example.com/?u=http://x", True),
        # A path without an asterisk at its end is for no query.
        ("https://h/a", "https://h/a?b", False),
        ("https://h/*.mp4", "https://h/v.mp4?b", False),
        ("https://h/*.mp4\\?*", "https://h/v.mp4?b", True),
        # A question mark is one character, or where the query begins.
        ("https://h/a?.mp4", "https://h/a1.mp4", True),
        ("https://h/a?.mp4", "https://h/a12.mp4", False),
        ("https://h/a?.mp4", "https://h/a.mp4", False),
        ("https://h/a?b=*", "https://h/a?b=1", True),
        ("https://h/a?b=*", "https://h/a?c=1", False),
        ("https://h/a?.mp4?b=1", "https://h/a1.mp4?b=1", True),
        ("https://h/a\\?b=1", "https://h/a?b=1", True),
        ("https://h/a\\?b=1", "https://h/axb=1", False),
        ("https://h/a\\?b=?", "https://h/a?b=1", True),
        # Raw paths are compared, as they are sent to the origin.
        ("https://h/a/*", "https://h/a/../b", True),
        ("https://h/a/*", "https://h/%61/b", False),
        ("https://H/a", "https://h/a", False),
        ("ftp://h/a", "https://h/a", False),
        ("https:///a", "https://h/a", False),
        ("h/a", "https://h/a", False),
    ],
)
def test_covers(resource: str, url: str, good: bool) -> None:
    assert covers(resource, url) == good
    assert passes(by_cookies(custom(policy("*")), url))
    if resource not in ("h/a", "https:///a"):
        assert passes(by_cookies(custom(policy(resource)), url)) == good


TEXT = st.text("ab/?*.[\\\n", max_size=12)


@given(st.text("ab*?.[\\\n", max_size=12), TEXT)
@example("*a*b", "aab")
@example("a*?b*", "aXbb")
def test_matches_as_a_regular_expression_does(pattern: str, text: str) -> None:
    translated = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    assert matches(pattern, text) == bool(re.fullmatch(translated, text, re.DOTALL))


@given(TEXT, st.data())
def test_any_part_may_become_an_asterisk(text: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.integers(0, len(text))) for _ in range(2))
    assert matches(text[:start] + "*" + text[end:], text)
    if start < end:
        assert matches(text[:start] + "?" * (end - start) + text[end:], text)


def test_matching_takes_no_longer_with_many_asterisks() -> None:
    assert not matches("*a" * 500 + "b", "a" * 2000)


PART = st.text("ab.*?", min_size=1, max_size=6)


@given(PART, PART, PART, PART)
def test_sections_are_matched_one_by_one(domain: str, path: str, host: str, location: str) -> None:
    host, location = (re.sub(r"[*?]", "c", text) for text in (host, location))
    expected = matches(domain, host) and matches(path, location)
    if "?" not in path:
        assert covers(f"https://{domain}/{path}", f"https://{host}/{location}") == expected
    assert covers(f"https://{domain}/\\?{path}", f"https://{host}/?{location}") == expected
