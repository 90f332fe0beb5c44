"""Who may open what, without a web framework; whether CloudFront lets them in is asked of the local edge."""

from __future__ import annotations

import base64
import json
import time
import typing as t
from http.cookies import Morsel

import pytest

from tests.access.keys import KEY_ID, is_admitted, private_key, sent, signer
from tests.access.site import COURSE, MEDIA
from tutorcloudfront.access.gate import Gate
from tutorcloudfront.access.keys import Key
from tutorcloudfront.access.media import Media, covers
from tutorcloudfront.signing import Signer

ALGORITHMS = ("rsa-sha1", "rsa-sha256", "ecdsa-sha256")
FOLDER = COURSE.replace("+", "%2B")


class Noted:
    """Lets everybody have everything, and notes what was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, user: str, path: str) -> bool:
        self.asked.append(path)
        return True


def media(algorithm: str = "rsa-sha1", **changes: t.Any) -> Media:
    return Media(signer(algorithm), MEDIA, **{"cookie_domain": "learn.example.com", **changes})


def gate(**changes: t.Any) -> Gate[str]:
    """A gate that lets Ada have all of one course, and nobody else anything."""
    return Gate(media(**changes), lambda user, path: user == "ada" and path.startswith(f"{COURSE}/"))


def policy(cookie: Morsel[str]) -> t.Any:
    text = cookie.value.replace("-", "+").replace("_", "=").replace("~", "/")
    return json.loads(base64.b64decode(text))


def resources(cookies: tuple[Morsel[str], ...]) -> list[str]:
    return [policy(cookie)["Statement"][0]["Resource"] for cookie in cookies if cookie.key == "CloudFront-Policy"]


# Redirects


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_redirect_goes_to_the_file_and_opens_it_alone(algorithm: str) -> None:
    answer = gate(algorithm=algorithm).redirect("ada", f"{COURSE}/a b.mp4")

    assert (answer.status, answer.body) == (303, {})
    assert answer.location.startswith(f"https://{MEDIA}/{FOLDER}/a%20b.mp4?Expires=")
    assert is_admitted(answer.location, time.time(), algorithm=algorithm)
    other = answer.location.replace("a%20b.mp4", "c.mp4")
    assert not is_admitted(other, time.time(), algorithm=algorithm)


def test_redirect_expires() -> None:
    answer = gate(seconds=60).redirect("ada", f"{COURSE}/1.ts")

    assert is_admitted(answer.location, time.time() + 50)
    assert not is_admitted(answer.location, time.time() + 60)


@pytest.mark.parametrize("path", ["course-v1:Acme+Wasps+2026/1.ts", "1.ts", f"{COURSE}2/1.ts"])
def test_what_one_may_not_open_is_refused(path: str) -> None:
    answer = gate().redirect("ada", path)

    assert (answer.status, answer.location, answer.cookies) == (403, "", ())


def test_unknown_user_is_asked_to_authenticate() -> None:
    assert gate().redirect(None, f"{COURSE}/1.ts").status == 401
    assert gate().cookies(None, COURSE).status == 401


@pytest.mark.parametrize("path", [f"{COURSE}/../other/1.ts", f"{COURSE}/*", f"{COURSE}/%2e%2e/x", "//evil.example.com"])
def test_path_that_means_something_else_is_refused_before_anybody_decides(path: str) -> None:
    noted = Noted()
    answer = Gate[str](media(), noted).redirect("ada", path)

    assert (answer.status, noted.asked) == (400, [])


@pytest.mark.parametrize("said", [None, 0, "", 1, "no", [True]], ids=repr)
def test_only_what_says_yes_is_a_yes(said: object) -> None:
    answer = Gate[str](media(), lambda user, path: t.cast(bool, said)).redirect("ada", "a/1.ts")

    assert answer.status == 403


def test_who_decides_sees_the_path_that_is_signed() -> None:
    noted = Noted()
    gate = Gate[str](media(), noted)

    gate.redirect("ada", "/a/1.ts")
    gate.cookies("ada", "a")
    assert noted.asked == ["a/1.ts", "a/"]


def test_failure_to_decide_opens_nothing() -> None:
    def fails(user: str, path: str) -> bool:
        raise RuntimeError("no database")

    with pytest.raises(RuntimeError):
        Gate(media(), fails).cookies("ada", "a")


# Cookies


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("spelled", [FOLDER, COURSE])
def test_cookies_open_all_of_a_folder_however_a_plus_sign_is_written(algorithm: str, spelled: str) -> None:
    answer = gate(algorithm=algorithm).cookies("ada", COURSE)

    cookies = sent(answer.cookies, f"/{spelled}/hls/1.ts")
    for path in ("hls/index.m3u8", "hls/1.ts", "hls/1.ts?v=1"):
        assert is_admitted(f"https://{MEDIA}/{spelled}/{path}", time.time(), cookies=cookies, algorithm=algorithm)


@pytest.mark.parametrize(
    "url",
    [
        f"https://{MEDIA}/course-v1:Acme%2BWasps%2B2026/1.ts",
        f"https://{MEDIA}/{FOLDER}2/1.ts",
        f"https://{MEDIA}/{FOLDER}",
        f"https://{MEDIA}/",
        f"http://{MEDIA}/{FOLDER}/1.ts",
        f"https://other.example.com/{FOLDER}/1.ts",
    ],
)
def test_cookies_open_nothing_else(url: str) -> None:
    answer = gate().cookies("ada", COURSE)

    assert not is_admitted(url, time.time(), cookies=sent(answer.cookies, f"/{FOLDER}/"))


def test_wildcards_are_made_of_the_folder_alone() -> None:
    answer = gate().cookies("ada", COURSE)

    assert resources(answer.cookies) == [f"https://{MEDIA}/{FOLDER}/*", f"https://{MEDIA}/{COURSE}/*"]


@pytest.mark.parametrize("folder", ["*", "course-*", f"{COURSE}/..", f"{COURSE}/hls", "..", "a?", "", "a%2f", "a\\b"])
def test_folder_that_would_widen_a_wildcard_is_refused(folder: str) -> None:
    answer = Gate[str](media(), lambda user, path: True).cookies("ada", folder)

    assert (answer.status, answer.cookies) == (400, ())


def test_cookies_are_for_browsers_alone_and_for_the_folder() -> None:
    answer = gate(seconds=600, clock=lambda: 1_900_000_000).cookies("ada", COURSE)

    assert {cookie.key for cookie in answer.cookies} == {
        *("CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id", "CloudFront-Hash-Algorithm")
    }
    for cookie in answer.cookies:
        said = cookie.OutputString()
        assert all(word in said for word in ("Domain=learn.example.com;", "HttpOnly", "SameSite=Lax", "Secure")), said
        assert cookie["path"] in (f"/{FOLDER}/", f"/{COURSE}/")
        assert cookie["max-age"] == (0 if cookie.key == "CloudFront-Hash-Algorithm" else 600)


def test_hash_cookie_of_another_algorithm_is_not_left_over() -> None:
    before = gate(algorithm="rsa-sha256").cookies("ada", COURSE).cookies
    after = gate().cookies("ada", COURSE).cookies

    def hash_cookies(cookies: tuple[Morsel[str], ...]) -> list[tuple[str, bool]]:
        found = [cookie for cookie in cookies if cookie.key == "CloudFront-Hash-Algorithm"]
        return [(cookie.value, int(cookie["max-age"]) > 0) for cookie in found]

    assert hash_cookies(before) == [("SHA256", True)] * 2
    assert hash_cookies(after) == [("", False)] * 2


def test_answer_tells_where_the_folder_is_and_until_when() -> None:
    answer = gate(seconds=600, clock=lambda: 1_900_000_000).cookies("ada", COURSE)

    assert answer.body == {"url": f"https://{MEDIA}/{FOLDER}/", "expires": 1_900_000_600}


def test_many_who_ask_within_a_while_get_the_same_signature_which_lasts_no_longer_than_it_may() -> None:
    for now in range(1_900_000_000, 1_900_000_060):
        answer = gate(clock=lambda now=now: now).cookies("ada", COURSE)
        assert now + 7140 <= answer.body["expires"] <= now + 7200
    ends = {media(clock=lambda now=now: now).expires() for now in range(1_900_000_000, 1_900_000_120)}
    assert len(ends) == 3


@pytest.mark.parametrize("seconds", [1, 2, 59, 121, 7200])
def test_no_signature_is_over_before_it_is_given_out(seconds: int) -> None:
    for now in (1_900_000_000.0, 1_900_000_000.99, 1_900_000_059.5):
        assert now < media(seconds=seconds, clock=lambda now=now: now).expires() <= now + seconds + 1


# Headers and hosts


def test_no_answer_may_be_kept() -> None:
    for answer in (
        gate().redirect("ada", f"{COURSE}/1.ts"),
        gate().cookies("ada", COURSE),
        gate().redirect("bob", f"{COURSE}/1.ts"),
        gate().redirect(None, ""),
    ):
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert "Cookie" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("domain", "host", "expected"),
    [
        ("learn.example.com", "media.learn.example.com", True),
        (".learn.example.com", "media.learn.example.com", True),
        ("Learn.Example.com", "media.learn.example.com", True),
        ("learn.example.com", "learn.example.com", True),
        ("learn.example.com", "media.example.com", False),
        ("learn.example.com", "medialearn.example.com", False),
        ("", "media.example.com", True),
        ("cloudfront.net", "d111111abcdef8.cloudfront.net", False),
    ],
)
def test_cookies_reach_the_hosts_of_their_domain(domain: str, host: str, expected: bool) -> None:
    assert covers(domain, host) is expected


def test_cookies_that_would_not_arrive_are_not_given_out() -> None:
    answer = gate(cookie_domain="other.example.com").cookies("ada", COURSE)

    assert (answer.status, answer.cookies) == (404, ())


@pytest.mark.parametrize(
    "address",
    [
        "",
        "media",
        "https://",
        "ftp://a.example.com",
        "a.example.com/x",
        "u@a.example.com",
        "a.example.com:8000",
        "*.a.com",
    ],
)
def test_media_host_is_a_host(address: str) -> None:
    with pytest.raises(ValueError, match="host name"):
        Media(signer(), address)


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="second"):
        media(seconds=0)
    with pytest.raises(ValueError, match="SameSite"):
        media(same_site="none; Domain=com")


def test_nothing_shows_the_private_key() -> None:
    gate_ = gate()
    shown = (
        repr(gate_) + repr(gate_.media.signer) + repr(Key(KEY_ID, private_key())) + repr(Signer(KEY_ID, private_key()))
    )

    assert not [line for line in private_key().splitlines() if line in shown]
