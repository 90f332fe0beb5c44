"""`sign-url` and `sign-cookies`: what they print opens what it says, for as long and for whom it says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from datetime import datetime, timezone

import pytest

from tests.signed.conftest import FILES, MEDIA, Signed

URL = f"https://{MEDIA}/course-a/video 1.mp4"


def test_a_signed_url_is_all_that_is_printed_and_opens_the_file(signed: Signed) -> None:
    signed.create()

    out, told = signed.run("sign-url", URL)

    assert re.fullmatch(rf"https://{MEDIA}/course-a/video%201\.mp4\?Expires=\d+&Signature=\S+&Key-Pair-Id=K\w+\n", out)
    assert told == ""
    assert signed.get(out.strip()).body == b"course-a/video 1.mp4"
    document = json.loads(signed.run("sign-url", URL, "--expires-in", "60", "--format", "json")[0])
    assert document["expires"] - time.time() == pytest.approx(60, abs=30)
    assert signed.status(document["url"]) == 200
    signed.later(100)
    assert signed.status(document["url"]) == 403


def test_signed_cookies_open_all_that_they_are_for(signed: Signed) -> None:
    signed.create()

    out, told = signed.run("sign-cookies", f"https://{MEDIA}/course-a/*")

    assert told == ""
    assert [line.partition("=")[0] for line in out.splitlines()] == [
        "CloudFront-Policy",
        "CloudFront-Signature",
        "CloudFront-Key-Pair-Id",
    ]
    header = "; ".join(out.splitlines())
    assert signed.status(f"https://{MEDIA}/course-a/video%201.mp4", Cookie=header) == 200
    assert signed.status(f"https://{MEDIA}/course-b/x", Cookie=header) == 403
    document = json.loads(signed.run("sign-cookies", f"https://{MEDIA}/*", "--format", "json")[0])
    header = "; ".join(f"{name}={value}" for name, value in document["cookies"].items())
    assert signed.status(f"https://{MEDIA}/course-b/x", Cookie=header) == 200


def test_window_and_address_are_as_asked_for(signed: Signed) -> None:
    signed.create()
    in_an_hour = int(time.time()) + 3600
    written = datetime.fromtimestamp(in_an_hour, timezone.utc).isoformat()
    for form in (str(in_an_hour), written, written.replace("+00:00", "Z")):
        assert f"Expires={in_an_hour}&" in signed.sign(URL, "--expires", form)
    assert signed.status(signed.sign(URL, "--ip", "127.0.0.0/8")) == 200
    assert signed.status(signed.sign(URL, "--ip", "192.0.2.17")) == 403
    url = signed.sign(URL, "--starts", str(in_an_hour - 600))
    assert signed.status(url) == 403
    signed.later(3100)
    assert signed.status(url) == 200


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["sign-url", URL, "--expires-in", "60", "--expires", "2000000000"], "give one"),
        (["sign-url", URL, "--expires", "tomorrow"], "neither epoch seconds nor a time such as"),
        (["sign-url", URL, "--expires", "2030-01-31T12:00:00"], "neither epoch seconds nor a time such as"),
        (["sign-url", URL, "--expires", "1000"], "This can not be signed: expires must be in the future"),
        (["sign-url", URL, "--expires", "9" * 5000], "neither epoch seconds nor a time such as"),
        (["sign-url", URL, "--expires-in", "0"], "0 is not in the range"),
        (["sign-url", URL, "--starts", "2100000000"], "This can not be signed: starts must be before expires"),
        (["sign-url", URL, "--ip", "::1"], "IPv4 addresses only"),
        (["sign-url", "/course-a/x"], "This can not be signed: the URL must be absolute"),
        (["sign-url", f"{URL}#t=10"], "must have no fragment"),
        (["sign-url", f"{URL}?Policy=x"], "must have no parameter Policy"),
        (["sign-url", f"https://{MEDIA}/a/../b"], "must have no segments `.` and `..`"),
        (["sign-url", "https://[media/x"], "This can not be signed: the URL must have a host name"),
        (["sign-cookies", "https://*/x"], "must have a host name"),
        (["sign-cookies", "https://media]/*"], "This can not be signed: the resource must have a host name"),
    ],
)
def test_what_can_not_be_signed_is_told_of(signed: Signed, args: list[str], told: str) -> None:
    from tutorcloudfront.signing import keys

    entry = {"id": "K1ABCDEFGHIJKL", "private_key": keys.generate("ecdsa-sha256")}
    signed.project.set(CLOUDFRONT_SIGNING_KEYS=[entry])

    out, said = signed.run(*args, status=1)

    assert told in said
    assert out == ""


def test_without_a_key_that_cloudfront_knows_it_says_where_one_comes_from(signed: Signed) -> None:
    assert "There is no key that signs: give a site `access: signed`" in signed.run("sign-url", URL, status=1)[1]


def test_a_host_that_is_not_signed_for_and_a_long_life_are_noted_beside_the_data(signed: Signed) -> None:
    signed.create()

    out, told = signed.run("sign-url", "https://elsewhere.example.com/x", "--expires-in", "100000")

    assert out.startswith("https://elsewhere.example.com/x?Expires=")
    assert f"Note: elsewhere.example.com is no site with `access: signed` here; these are: {FILES}, {MEDIA}" in told
    assert "Note: this is good for longer than CLOUDFRONT_SIGNED_TTL (7200 s)" in told


@pytest.mark.parametrize(
    "args", [["sign-url", f"https://{MEDIA}/course-b/x"], ["sign-cookies", f"https://{MEDIA}/course-b/x"]]
)
def test_the_curl_line_works_as_it_is(signed: Signed, args: list[str]) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    signed.create()

    line = signed.run(*args, "--format", "curl")[0]

    edge = signed.platform.sandbox.edge_https_url.partition("://")[2]
    there = f"curl --silent --insecure --connect-to {MEDIA}:443:{edge}"
    result = subprocess.run(
        ["sh", "-c", line.replace("curl", there, 1)], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stdout.split()[1] == "200"
