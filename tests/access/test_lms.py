"""The app in a small LMS: who gets what, and what comes of wrong settings."""

from __future__ import annotations

import json
import time
import typing as t
from collections.abc import Callable
from unittest import mock
from urllib.parse import quote

import pytest

from tests.access.attempts import ATTEMPTS
from tests.access.conftest import SETTINGS
from tests.access.keys import is_admitted, private_key, sent
from tests.access.site import COURSE, LMS, MEDIA, MFE, OTHER_COURSE
from tests.support.sandbox import Aws
from tutorcloudfront.access.lms.courses import course_key
from tutorcloudfront.sandbox import Sandbox
from tutorcloudfront.signing import keys

Browsers = Callable[[str], t.Any]

COOKIES, FILE = f"/cloudfront/cookies/{COURSE}", f"/cloudfront/media/{COURSE}/hls/1.ts"


def given(response: t.Any) -> list[t.Any]:
    return list(response.cookies.values())


def opens(response: t.Any, course: str = COURSE) -> bool:
    """Return whether a browser with the cookies of an answer is let in at the edge."""
    path = f"/{course.replace('+', '%2B')}/hls/1.ts"
    return is_admitted(f"https://{MEDIA}{path}", time.time(), cookies=sent(given(response), path))


def test_plugin_system_finds_the_app_and_its_urls(bare_lms: None) -> None:
    from django.apps import apps
    from django.urls import reverse

    assert apps.get_app_config("tutorcloudfront_access").name == "tutorcloudfront.access.lms"
    assert reverse("cloudfront:cookies", args=[COURSE]) == COOKIES
    assert reverse("cloudfront:media", args=[f"{COURSE}/hls/1.ts"]) == FILE


# Who gets what


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ["learner", "teacher"])
def test_who_has_access_to_the_course_gets_cookies(lms: None, browser_of: Browsers, name: str, method: str) -> None:
    response = getattr(browser_of(name), method)(COOKIES)

    assert response.status_code == 200
    assert response.json()["url"] == f"https://{MEDIA}/{COURSE.replace('+', '%2B')}/"
    assert opens(response)
    assert not opens(response, OTHER_COURSE)
    assert {cookie["domain"] for cookie in given(response)} == {LMS}


def test_all_cookies_are_sent_though_two_have_the_same_name(lms: None, browser_of: Browsers) -> None:
    response = browser_of("learner").get(COOKIES)

    lines = [line for line in (cookie.OutputString() for cookie in given(response)) if "CloudFront-Policy" in line]
    assert len(lines) == 2


@pytest.mark.parametrize("name", ["learner", "teacher"])
def test_who_has_access_to_the_course_is_sent_to_its_files(lms: None, browser_of: Browsers, name: str) -> None:
    response = browser_of(name).get(FILE)

    assert response.status_code == 303
    assert is_admitted(response["Location"], time.time())
    assert response["Location"].startswith(f"https://{MEDIA}/{COURSE.replace('+', '%2B')}/hls/1.ts?")


@pytest.mark.parametrize(
    ("name", "course"), [("stranger", COURSE), ("learner", OTHER_COURSE), ("teacher", "course-v1:No+Such+Course")]
)
def test_who_has_no_access_gets_nothing(lms: None, browser_of: Browsers, name: str, course: str) -> None:
    client = browser_of(name)
    for path in (f"/cloudfront/cookies/{course}", f"/cloudfront/media/{course}/1.ts"):
        response = client.get(path)
        assert (response.status_code, given(response), response.get("Location")) == (403, [], None)


def test_anonymous_gets_401_for_cookies_and_the_login_page_for_files(lms: None, browser_of: Browsers) -> None:
    client = browser_of("")
    refused, sent_away = client.get(COOKIES), client.get(FILE)

    assert (refused.status_code, given(refused)) == (401, [])
    assert (sent_away.status_code, sent_away["Location"]) == (302, f"/login?next={quote(FILE)}")


@pytest.mark.parametrize(
    "key",
    [
        "nonsense",
        "course-v1:Acme",
        "course-v1:Acme+*+2026",
        "course-v1:Acme+Bees+*",
        "course-v1:Acme+Bees+2026+branch@draft",
        "course-v1:Acme+Bees",
        "library-v1:Acme+Bees",
        "block-v1:Acme+Bees+2026+type@video+block@a",
        "course-v1:Acme%2525+Bees+2026",
        "Acme%2FBees%2F2026",
        "course-v1:Acme+Bees+2026%0A",
        "course-v1:Acme+Bees+2026%2F..",
        "..%2Fcourse-v1:Acme+Bees+2026",
    ],
)
def test_malformed_key_gets_nothing(lms: None, browser_of: Browsers, key: str) -> None:
    response = browser_of("teacher").get(f"/cloudfront/cookies/{key}")

    assert response.status_code in (400, 404)
    assert given(response) == []


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (COURSE, True),
        ("Acme/Bees/2026", False),
        ("library-v1:Acme+Bees", False),
        (f"{COURSE}+branch@draft", False),
        (f"{COURSE}+version@519665f6223ebd6980884f2b", False),
    ],
)
def test_keys_of_runs_of_courses_are_keys_of_courses(text: str, is_one: bool) -> None:
    assert (course_key(text) is not None) is is_one


@pytest.mark.parametrize("spelled", ["course-v1:acme+bees+2026", "course-v1:ACME+BEES+2026"])
def test_key_that_only_the_database_takes_for_the_course_is_refused(
    lms: None, browser_of: Browsers, spelled: str
) -> None:
    assert browser_of("teacher").get(f"/cloudfront/cookies/{spelled}").status_code == 403


@pytest.mark.parametrize("path", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_nobody_gets_more_signed_than_was_asked_for(lms: None, browser_of: Browsers, path: str) -> None:
    client = browser_of("teacher")
    for name in (path, f"{COURSE}/{path}"):
        response = client.get(f"/cloudfront/media/{quote(name, safe='', errors='surrogatepass')}")
        assert response.status_code in (400, 403, 404), response
        assert response.get("Location") is None


@pytest.mark.parametrize("query", ["?Policy=x", "?next=https://evil.example.com", "?Expires=9999999999", "?host=evil"])
def test_query_of_the_request_does_not_get_into_the_redirect(lms: None, browser_of: Browsers, query: str) -> None:
    response = browser_of("learner").get(FILE + query)

    assert response["Location"].startswith(f"https://{MEDIA}/")
    assert query[1:] not in response["Location"]
    assert is_admitted(response["Location"], time.time())


def test_host_header_has_no_say_in_where_the_redirect_goes(lms: None, browser_of: Browsers) -> None:
    response = browser_of("learner").get(FILE, HTTP_HOST="evil.example.com", HTTP_X_FORWARDED_HOST="evil.example.com")

    assert response["Location"].startswith(f"https://{MEDIA}/")


def test_no_answer_may_be_kept(lms: None, browser_of: Browsers) -> None:
    for name in ("learner", "stranger", ""):
        for path in (COOKIES, FILE):
            response = browser_of(name).get(path)
            assert response["Cache-Control"] == "no-store, private"
            assert "Cookie" in response["Vary"]


def test_other_methods_are_refused(lms: None, browser_of: Browsers) -> None:
    client = browser_of("learner")

    assert [client.delete(COOKIES).status_code, client.post(FILE).status_code] == [405, 403]


def test_pages_of_micro_frontends_may_ask_and_others_may_not(lms: None, browser_of: Browsers) -> None:
    client = browser_of("learner")
    answers = [client.post(COOKIES, HTTP_ORIGIN=f"https://{host}") for host in (MFE, "evil.example.com")]

    assert [answer.get("Access-Control-Allow-Origin") for answer in answers] == [f"https://{MFE}", None]
    assert answers[0]["Access-Control-Allow-Credentials"] == "true"


# Settings


@pytest.mark.parametrize("missing", ["CLOUDFRONT_MEDIA_HOST", "CLOUDFRONT_KEY_ID", "CLOUDFRONT_PRIVATE_KEY"])
def test_without_host_or_key_there_is_nothing(bare_lms: None, browser_of: Browsers, missing: str) -> None:
    from django.core.checks import run_checks
    from django.test import override_settings

    complete = {**SETTINGS, "CLOUDFRONT_PRIVATE_KEY": private_key()}
    with override_settings(**{**complete, missing: ""}):
        for name in ("teacher", ""):
            assert [browser_of(name).get(path).status_code for path in (COOKIES, FILE)] == [404, 404]
        assert run_checks() == []


def test_without_any_setting_there_is_nothing(bare_lms: None, browser_of: Browsers) -> None:
    assert [browser_of("teacher").get(path).status_code for path in (COOKIES, FILE)] == [404, 404]


def only_lectures(user: t.Any, path: str) -> bool:
    return user.username == "stranger" and path.startswith("lectures/")


def test_platform_can_have_its_own_rule(lms: None, browser_of: Browsers) -> None:
    from django.test import override_settings

    with override_settings(CLOUDFRONT_ACCESS="tests.access.test_lms.only_lectures"):
        client = browser_of("stranger")
        statuses = [
            client.get(f"/cloudfront/media/{path}").status_code for path in ("lectures/1.mp4", f"{COURSE}/1.mp4")
        ]
        assert [*statuses, client.get(COOKIES).status_code] == [303, 403, 403]


@pytest.mark.parametrize(
    ("settings", "statuses"),
    [
        ({}, (200, 303)),
        ({"CLOUDFRONT_COOKIE_DOMAIN": "example.com"}, (200, 303)),
        ({"CLOUDFRONT_COOKIE_DOMAIN": "other.example.com"}, (404, 303)),
        ({"CLOUDFRONT_MEDIA_HOST": "d111111abcdef8.cloudfront.net"}, (404, 303)),
    ],
)
def test_warning_says_why_cookies_do_not_arrive(
    lms: None, browser_of: Browsers, settings: dict[str, str], statuses: tuple[int, int]
) -> None:
    from django.core.checks import run_checks
    from django.test import override_settings

    with override_settings(**settings):
        client = browser_of("learner")
        assert (client.get(COOKIES).status_code, client.get(FILE).status_code) == statuses
        said = [str(message) for message in run_checks()]
    assert len(said) == (statuses[0] == 404)
    assert all("will not arrive" in message for message in said)


@pytest.mark.parametrize("same_site", ["None", "Strict"])
def test_same_site_can_be_set(lms: None, browser_of: Browsers, same_site: str) -> None:
    from django.test import override_settings

    with override_settings(CLOUDFRONT_COOKIE_SAMESITE=same_site):
        response = browser_of("learner").get(COOKIES)
    assert {cookie["samesite"] for cookie in given(response)} == {same_site}


def test_cookies_last_as_long_as_the_setting_says(lms: None, browser_of: Browsers) -> None:
    from django.test import override_settings

    with override_settings(CLOUDFRONT_SIGNED_TTL=60):
        response = browser_of("learner").get(COOKIES)
    path = f"/{COURSE.replace('+', '%2B')}/1.ts"
    cookies = sent(given(response), path)
    assert is_admitted(f"https://{MEDIA}{path}", time.time() + 50, cookies=cookies)
    assert not is_admitted(f"https://{MEDIA}{path}", time.time() + 60, cookies=cookies)


# Keys in AWS Secrets Manager


@pytest.fixture
def secret(aws: Aws, sandbox: Sandbox) -> t.Iterator[t.Callable[[str], dict[str, str]]]:
    """Put text into a secret, and return the settings with which the LMS reads it."""
    from tutorcloudfront.access import keys as access_keys

    def put(text: str) -> dict[str, str]:
        aws("secretsmanager", "eu-west-1").create_secret(Name="acme-signing", SecretString=text)
        fingerprint = keys.fingerprint(keys.public_key(private_key()))
        return {
            **SETTINGS,
            "CLOUDFRONT_SIGNING_SECRET": "acme-signing",
            "CLOUDFRONT_SIGNING_SECRET_REGION": "eu-west-1",
            "CLOUDFRONT_KEY_FINGERPRINT": fingerprint,
        }

    access_keys._signer.cache_clear()
    with mock.patch.dict("os.environ", sandbox.environment({})):
        yield put
    access_keys._signer.cache_clear()


def test_key_is_read_from_the_secret_once(
    bare_lms: None, browser_of: Browsers, secret: t.Callable[[str], dict[str, str]], aws: Aws
) -> None:
    from django.test import override_settings

    fingerprint = keys.fingerprint(keys.public_key(private_key()))
    with override_settings(**secret(json.dumps({"0" * 16: "other", fingerprint: private_key()}))):
        client = browser_of("learner")
        first = client.get(COOKIES)
        # What is read again would not be found.
        aws("secretsmanager", "eu-west-1").delete_secret(SecretId="acme-signing", ForceDeleteWithoutRecovery=True)
        second = client.get(FILE)
    assert opens(first)
    assert is_admitted(second["Location"], time.time())


@pytest.mark.parametrize("text", ["{}", "[]", '{"0000": "-----BEGIN very secret"}', "-----BEGIN very secret"])
def test_secret_without_the_key_says_so_and_tells_nothing_of_it(
    bare_lms: None, browser_of: Browsers, secret: t.Callable[[str], dict[str, str]], text: str
) -> None:
    import traceback

    from django.test import override_settings

    with override_settings(**secret(text)), pytest.raises(Exception, match="acme-signing") as caught:
        browser_of("learner").get(COOKIES)
    assert "very secret" not in "".join(traceback.format_exception(caught.value))


def test_settings_show_no_private_key(lms: None) -> None:
    from tutorcloudfront.access.lms.configuration import configuration

    shown = repr(configuration())
    assert not [line for line in private_key().splitlines() if line in shown]
