"""Redirects of a Flask application, as users of Flask-CloudFront write them."""

from __future__ import annotations

import time
import typing as t
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import flask
import pytest

from tests.access.attempts import ATTEMPTS
from tests.access.keys import KEY_ID, is_admitted, private_key
from tutorcloudfront.access.flask import CloudFrontRedirect

Config = dict[str, t.Any]

DOMAIN = "https://d111111abcdef8.cloudfront.net"


class Reader(CloudFrontRedirect):
    """Lets read one book."""

    def authorize(self, book: str) -> int:
        return 200 if book == "bees" else 404


class Said(CloudFrontRedirect):
    def authorize(self, said: t.Any = 200) -> int:
        return t.cast(int, said)


@pytest.fixture
def app(key_file: Path) -> t.Iterator[flask.Flask]:
    app = flask.Flask(__name__)
    app.testing = True
    app.config["CLOUDFRONT_DOMAIN"] = DOMAIN
    app.config["CLOUDFRONT_CONFIG"] = {"priv_key_string": str(key_file), "key_pair_id": KEY_ID, "expires": 60}

    @app.route("/content/<book>/<path:page>")
    def content(book: str, page: str) -> flask.Response:
        return Reader(f"{app.config['CLOUDFRONT_DOMAIN']}/{book}/{page}", **app.config["CLOUDFRONT_CONFIG"]).go(book)

    with app.app_context():
        yield app


def test_who_is_authorized_is_sent_to_a_signed_url(app: flask.Flask) -> None:
    response = app.test_client().get("/content/bees/page 1")

    assert response.status_code == 303
    assert response.location.startswith(f"{DOMAIN}/bees/page%201?Expires=")
    assert is_admitted(response.location, time.time() + 50)
    assert not is_admitted(response.location, time.time() + 60)


def test_who_is_not_authorized_gets_that_status(app: flask.Flask) -> None:
    response = app.test_client().get("/content/wasps/1")

    assert (response.status_code, response.headers.get("Location")) == (404, None)


@pytest.mark.parametrize("status", [200, 204, HTTPStatus.OK, HTTPStatus.NO_CONTENT])
def test_two_statuses_mean_yes(app: flask.Flask, status: int) -> None:
    assert Said("/a").go(status).status_code == 303


@pytest.mark.parametrize("status", [201, 302, 400, 401, 403, 404, 500, HTTPStatus.FORBIDDEN])
def test_all_other_statuses_are_the_answer(app: flask.Flask, status: int) -> None:
    response = Said("/a").go(status)

    assert (response.status_code, response.headers.get("Location")) == (int(status), None)


@pytest.mark.parametrize("said", [None, True, "200", 200.0])
def test_what_is_no_status_opens_nothing(app: flask.Flask, said: object) -> None:
    with pytest.raises(TypeError, match="status"):
        Said("/a").go(said)


def test_class_that_does_not_say_who_is_authorized_opens_nothing(app: flask.Flask) -> None:
    with pytest.raises(NotImplementedError):
        CloudFrontRedirect("/a").go()


def test_code_and_headers_can_be_chosen_and_the_redirect_is_kept_by_nobody(app: flask.Flask) -> None:
    headers = {"X-Book": "bees", "Cache-Control": "public", "Location": "https://evil.example.com"}
    response = Said("/a", code=307, headers=headers).go()

    assert (response.status_code, response.headers["X-Book"]) == (307, "bees")
    assert response.headers["Cache-Control"] == "no-store, private"
    assert response.location.startswith(f"{DOMAIN}/a?")


@pytest.mark.parametrize("code", [200, 304, 404])
def test_code_is_that_of_a_redirect(app: flask.Flask, code: int) -> None:
    with pytest.raises(ValueError, match="redirect"):
        Said("/a", code=code)


@pytest.mark.parametrize("location", ["", None, "/", DOMAIN, f"{DOMAIN}/"])
def test_without_a_location_it_is_the_domain_itself(app: flask.Flask, location: t.Any) -> None:
    response = Said(location).go()

    assert response.location.startswith(f"{DOMAIN}/?Expires=")
    assert is_admitted(response.location, time.time())
    assert not is_admitted(response.location.replace("/?", "/a?"), time.time())


@pytest.mark.parametrize(
    "domain", [DOMAIN, f"{DOMAIN}/", "d111111abcdef8.cloudfront.net", "D111111ABCDEF8.cloudfront.net"]
)
def test_domain_may_be_written_in_several_ways(app: flask.Flask, domain: str) -> None:
    app.config["CLOUDFRONT_DOMAIN"] = domain

    for location in (f"{domain.rstrip('/')}/a/b", "/a/b"):
        assert Said(location).go().location.startswith(f"{DOMAIN}/a/b?")


def test_domain_of_plain_http_stays_one(app: flask.Flask) -> None:
    app.config["CLOUDFRONT_DOMAIN"] = "http://d111111abcdef8.cloudfront.net"

    assert Said("/a").go().location.startswith("http://d111111abcdef8.cloudfront.net/a?")


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example.com/a",
        "//evil.example.com/a",
        "/\\evil.example.com/a",
        f"{DOMAIN}.evil.example.com/a",
        f"{DOMAIN}@evil.example.com/a",
        f"{DOMAIN}:8000/a",
        f"{DOMAIN}//evil.example.com",
        "javascript:alert(1)",
        "a/b",
    ],
)
def test_no_other_host_is_signed_for(app: flask.Flask, location: str) -> None:
    response = Said(location).go()

    assert (response.status_code, response.headers.get("Location")) == (400, None)


@pytest.mark.parametrize("path", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_no_path_of_a_request_is_signed_for_another(app: flask.Flask, path: str) -> None:
    client = app.test_client()
    for way in (quote(f"bees/{path}", safe="", errors="surrogatepass"), quote(path, errors="surrogatepass")):
        response = client.get(f"/content/{way}")
        # The framework itself drops doubled slashes, by a redirect to its own route.
        assert response.status_code in (308, 400, 404)
        assert "Signature" not in (response.location or "")


def test_key_is_read_once(app: flask.Flask, key_file: Path) -> None:
    first = Said("/a").go().location
    key_file.unlink()

    assert first
    assert Said("/b").go().location


@pytest.mark.parametrize("algorithm", ["rsa-sha1", "rsa-sha256", "ecdsa-sha256"])
def test_key_may_be_given_as_it_is_with_any_algorithm(app: flask.Flask, algorithm: str) -> None:
    config: Config = {
        "priv_key_string": private_key(algorithm),
        "key_pair_id": KEY_ID,
        "expires": 60,
        "algorithm": algorithm,
    }

    assert is_admitted(Said("/a", **config).go().location, time.time(), algorithm=algorithm)


def test_key_that_cannot_be_read_is_not_told_of(app: flask.Flask) -> None:
    # As pasted without its first line.
    config: Config = {"priv_key_string": "".join(private_key().splitlines()[1:]), "key_pair_id": KEY_ID, "expires": 60}

    with pytest.raises(ValueError, match="priv_key_string must be") as caught:
        Said("/a", **config).go()
    assert config["priv_key_string"][:20] not in repr(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("missing", ["CLOUDFRONT_DOMAIN", "CLOUDFRONT_CONFIG"])
def test_settings_that_are_missing_are_named(app: flask.Flask, missing: str) -> None:
    del app.config[missing]

    with pytest.raises(KeyError, match=missing):
        Said("/a")
