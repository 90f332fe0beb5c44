"""The bytes are those of AWS's own signers, for Python and for JavaScript, and where these are wrong, what browsers send.

They disagree with each other, and here is whom the plugin follows:

- The order of a URL's parameters is botocore's and the documentation's; JavaScript's has the key's id before the signature.
- The order of conditions in a custom policy is JavaScript's and the documentation's; botocore has addresses before the start.
- What is not ASCII, or not to stand in a URL, is percent-encoded, as JavaScript does for URLs and browsers do for all. Neither
  does it for cookies, and botocore writes `\\u00e9` into the policy, so that CloudFront refuses what they sign.
- What browsers leave as it is stays as it is, as with botocore. JavaScript encodes `:`, `@`, `+` and more in paths, and makes
  `?a=` of `?a`.
- A default port, capitals in a host name and an empty path are written as browsers send them, which neither does.
"""

from __future__ import annotations

import functools
import re
import typing as t
from collections.abc import Callable
from datetime import datetime, timezone

import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.signing.examples import (
    DELIMITERS,
    DIRECTORY,
    ENCODED,
    END,
    KEY_ID,
    NOW,
    PLAIN,
    URL,
    many_urls,
    passes,
    private_key,
    request,
    signer,
)
from tests.signing.node import Answers, Call, Missing, answers, installed
from tutorcloudfront.signing import keys

UTC = timezone.utc
SIGNED = re.compile(r"(?P<url>.*)[?&](?P<first>Expires|Policy)=(?P<value>[^&]+)&(?P<rest>.*)")


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@functools.cache
def botocore_signer() -> CloudFrontSigner:
    key = keys.load(private_key("rsa-sha1"), "rsa-sha1")
    assert isinstance(key, rsa.RSAPrivateKey)
    return CloudFrontSigner(KEY_ID, lambda message: key.sign(message, padding.PKCS1v15(), hashes.SHA1()))


def custom(resource: str, *conditions: str) -> str:
    """Write a policy by hand, with the conditions beside its end."""
    end = f'"DateLessThan":{{"AWS:EpochTime":{END}}}'
    return f'{{"Statement":[{{"Resource":"{resource}","Condition":{{{",".join((end, *conditions))}}}}}]}}'


START = f'"DateGreaterThan":{{"AWS:EpochTime":{NOW}}}'
ADDRESS = '"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"}'


class TestBotocore:
    def test_canned_policy(self) -> None:
        # An apostrophe in a query is the one character that it leaves as it is and browsers do not.
        for url in many_urls(200, *PLAIN, *(each for each in DELIMITERS if each != "'")):
            assert signer().url(url, END) == botocore_signer().generate_presigned_url(url, moment(END))

    def test_custom_policy(self) -> None:
        policy = custom(DIRECTORY, START, ADDRESS)
        expected = botocore_signer().generate_presigned_url(URL, policy=policy)
        assert signer().url(URL, END, NOW, "192.0.2.0/24", DIRECTORY) == expected

    def test_custom_policies_that_botocore_builds(self) -> None:
        def expected(*conditions: t.Any) -> str:
            policy = botocore_signer().build_policy(DIRECTORY, moment(END), *conditions)
            return str(botocore_signer().generate_presigned_url(URL, policy=policy))

        assert signer().url(URL, END, resource=DIRECTORY) == expected()
        assert signer().url(URL, END, NOW, resource=DIRECTORY) == expected(moment(NOW))
        assert signer().url(URL, END, ip="192.0.2.17", resource=DIRECTORY) == expected(None, "192.0.2.17")

    def test_what_has_to_be_encoded_is_signed_as_it_is_encoded(self) -> None:
        for url in many_urls(50, *ENCODED, *PLAIN):
            signed = signer().url(url, END)
            assert signed == botocore_signer().generate_presigned_url(parts(signed)[0], moment(END))


#: URLs that are signed by JavaScript: many that differ in every way.
URLS = [
    *many_urls(150, *PLAIN),
    *many_urls(100, *PLAIN, *ENCODED, seed=2),
    *many_urls(100, *PLAIN, *ENCODED, *DELIMITERS, seed=3),
]
#: URLs that browsers do not send as they stand, and how they send them.
ODD = {
    "https://media.example.com:443/a": "https://media.example.com/a",
    "http://media.example.com:080/a": "http://media.example.com/a",
    "https://MEDIA.example.com/A": "https://media.example.com/A",
    "https://media.example.com": "https://media.example.com/",
    "https://media.example.com?a=1": "https://media.example.com/?a=1",
}
#: What policies can have beside a URL and its end, in AWS's words and in ours.
CONDITIONS: list[tuple[dict[str, t.Any], dict[str, t.Any]]] = [
    ({}, {}),
    ({"dateGreaterThan": NOW * 1000}, {"starts": NOW}),
    ({"ipAddress": "192.0.2.17"}, {"ip": "192.0.2.17"}),
    ({"dateGreaterThan": NOW * 1000, "ipAddress": "192.0.2.0/24"}, {"starts": NOW, "ip": "192.0.2.0/24"}),
]
PATTERNS = [
    DIRECTORY,
    "http*://*.example.com/*",
    "https://media.example.com/a?c/*.ts?v=*",
    "https://media.example.com:8443/*",
]
ALGORITHMS = {"rsa-sha1": "SHA1", "rsa-sha256": "SHA256", "ecdsa-sha256": "SHA256"}


def options(algorithm: str, **others: t.Any) -> dict[str, t.Any]:
    key = {"keyPairId": KEY_ID, "privateKey": private_key(algorithm), "algorithm": ALGORITHMS[algorithm]}
    return {**key, "dateLessThan": END * 1000, **others}


def each_condition() -> list[tuple[str, dict[str, t.Any], dict[str, t.Any]]]:
    return [(algorithm, theirs, ours) for algorithm in ALGORITHMS for theirs, ours in CONDITIONS]


#: What JavaScript is asked for.
CALLS: dict[str, Callable[[], list[Call]]] = {
    "urls": lambda: [("getSignedUrl", options("rsa-sha1", url=url)) for url in URLS],
    "odd urls": lambda: [("getSignedUrl", options("rsa-sha1", url=url)) for url in ODD],
    "conditions": lambda: [
        ("getSignedUrl", options(algorithm, url=URL, **theirs)) for algorithm, theirs, _ in each_condition()
    ],
    "cookies": lambda: [
        ("getSignedCookies", options(algorithm, url=URL, **theirs)) for algorithm, theirs, _ in each_condition()
    ],
    "patterns": lambda: [
        ("getSignedUrl", options("rsa-sha1", url=URL, policy=custom(resource, START, ADDRESS))) for resource in PATTERNS
    ],
    "cookies for patterns": lambda: [
        ("getSignedCookies", options("rsa-sha1", policy=custom(resource))) for resource in PATTERNS
    ],
}


@pytest.fixture(scope="module")
def javascript(request: pytest.FixtureRequest) -> Answers:
    try:
        folder = installed(request.config.cache.mkdir("cloudfront-signer"))
    except Missing as missing:
        pytest.skip(str(missing))
    return answers(folder, [*URLS, *ODD], {name: calls() for name, calls in CALLS.items()})


@pytest.mark.xdist_group("node")
class TestJavaScript:
    def test_whatever_it_makes_of_a_url_has_the_signature_that_we_give_this_url(self, javascript: Answers) -> None:
        for theirs in javascript["calls"]["urls"]:
            url, added = parts(theirs)
            assert parts(signer().url(url, END)) == (url, added)

    def test_urls_that_it_writes_as_browsers_do(self, javascript: Answers) -> None:
        signed = zip(URLS, javascript["urls"], javascript["calls"]["urls"], strict=False)
        same = [(url, theirs) for url, sent, theirs in signed if parts(theirs)[0] == sent]
        assert len(same) > len(URLS) / 2
        for url, theirs in same:
            assert parts(signer().url(url, END)) == parts(theirs)

    def test_urls_are_what_browsers_send(self, javascript: Answers) -> None:
        for url, sent in zip([*URLS, *ODD], javascript["urls"], strict=True):
            assert parts(signer().url(url, END))[0] == sent

    def test_odd_urls_are_signed_as_browsers_send_them_and_not_as_they_are(self, javascript: Answers) -> None:
        for url, theirs in zip(ODD, javascript["calls"]["odd urls"], strict=True):
            ours = parts(signer().url(url, END))
            assert ours[0] == ODD[url]
            assert ours[1]["Signature"] != parts(theirs)[1]["Signature"]

    def test_conditions(self, javascript: Answers) -> None:
        for (algorithm, _, ours), theirs in zip(each_condition(), javascript["calls"]["conditions"], strict=True):
            assert_same(parts(signer(algorithm).url(URL, END, **ours))[1], parts(theirs)[1], algorithm)
            assert passes(request(theirs, client_ip="192.0.2.17"), algorithm, NOW + 1)

    def test_cookies(self, javascript: Answers) -> None:
        for (algorithm, _, ours), theirs in zip(each_condition(), javascript["calls"]["cookies"], strict=True):
            cookies = {name: str(value) for name, value in theirs.items()}
            assert_same(signer(algorithm).cookies(URL, END, **ours), cookies, algorithm)
            assert passes(request(URL, cookies, client_ip="192.0.2.17"), algorithm, NOW + 1)

    def test_patterns(self, javascript: Answers) -> None:
        for resource, theirs in zip(PATTERNS, javascript["calls"]["patterns"], strict=True):
            assert parts(signer().url(URL, END, NOW, "192.0.2.0/24", resource)) == parts(theirs)

    def test_cookies_for_patterns(self, javascript: Answers) -> None:
        for resource, theirs in zip(PATTERNS, javascript["calls"]["cookies for patterns"], strict=True):
            assert signer().cookies(resource, END) == theirs


def parts(signed: str) -> tuple[str, dict[str, str]]:
    """Return a URL, and what was added to it to sign it, in any order."""
    match = SIGNED.fullmatch(signed)
    assert match
    added = dict(part.split("=") for part in match["rest"].split("&"))
    return match["url"], {match["first"]: match["value"], **added}


def assert_same(ours: dict[str, str], theirs: dict[str, str], algorithm: str) -> None:
    """Two signatures with ECDSA are never the same; all else is."""
    assert ours.keys() == theirs.keys()
    for name in ours:
        assert ours[name] == theirs[name] or (name.endswith("Signature") and algorithm.startswith("ecdsa"))
