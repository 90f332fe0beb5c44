"""Where requests have their tokens, what goes on, and what viewers are answered."""

from __future__ import annotations

import copy
import json
import typing as t
from collections.abc import Mapping
from hashlib import sha256

import pytest

from tests.edge_functions.events import Json, authorizer, event, fields, header, passed, with_token
from tests.edge_functions.tokens import Issuer, config_of, private_key
from tutorcloudfront.edge.package import TOKEN_DIGEST_HEADER

TOKEN = Issuer().token()
OTHER = Issuer().token(sub="user-2")
BAD = Issuer(private_key("attacker")).token()
HANDLE = authorizer(config_of())


def cookies(token: str) -> str:
    first, second, third = token.split(".")
    return f"edx-jwt-cookie-header-payload={first}.{second}; edx-jwt-cookie-signature={third}"


def in_all_places(token: str) -> Json:
    return event(
        {"Authorization": f"Bearer {token}", "Token": token, "Cookie": f"a=b; {cookies(token)}"},
        f"v=1&token={token}&w=2",
    )


class TestSources:
    @pytest.mark.parametrize(
        "request_",
        [
            pytest.param(event({"Authorization": f"Bearer {TOKEN}"}), id="bearer"),
            pytest.param(event({"Authorization": f"JWT {TOKEN}"}), id="jwt"),
            pytest.param(event({"Token": TOKEN}), id="header"),
            pytest.param(event({}, f"token={TOKEN}"), id="query"),
            pytest.param(event({}, f"a=b&%74oken={TOKEN}"), id="query, encoded"),
            pytest.param(event({"Cookie": cookies(TOKEN)}), id="cookies"),
            pytest.param(event({"Cookie": cookies(TOKEN).split("; ")}), id="cookies in two headers"),
            pytest.param(event({"Cookie": cookies(TOKEN).replace("; ", ";")}), id="cookies without blanks"),
        ],
    )
    def test_each_lets_pass_and_nothing_of_it_goes_on(self, request_: Json) -> None:
        result = HANDLE(request_)
        assert passed(result)
        assert sorted(result["headers"]) == ["host"]
        assert result["querystring"] in ("", "a=b")
        for part in TOKEN.split("."):
            assert part not in json.dumps(result)

    def test_what_else_there_is_stays_as_it_is(self) -> None:
        headers: dict[str, str | list[str]] = {
            "Accept": "*/*",
            "X-Twice": ["1", "2"],
            "Cookie": f"a=b;  c=d=e ; {cookies(TOKEN)}; f",
            "Range": "bytes=0-1",
        }
        sent = event(
            headers, f"z=1&&token={TOKEN}&a=%20+b&empty=&tokens=1&c", "POST", "/a%2Fb/../c", body={"data": "x"}
        )
        result = HANDLE(sent)
        assert result["headers"] == fields({"Host": "images.example.com", **headers, "Cookie": "a=b; c=d=e; f"})
        assert result["querystring"] == "z=1&&a=%20+b&empty=&tokens=1&c"
        assert [result[name] for name in ("uri", "method", "clientIp", "body")] == [
            "/a%2Fb/../c",
            "POST",
            "198.51.100.11",
            {"data": "x"},
        ]

    def test_cookies_that_are_none_of_ours_are_not_touched(self) -> None:
        result = HANDLE(event({"Authorization": f"Bearer {TOKEN}", "Cookie": ["a=b;c=d ;", "e"]}))
        assert result["headers"]["cookie"] == fields({"Cookie": ["a=b;c=d ;", "e"]})["cookie"]

    def test_event_is_not_changed(self) -> None:
        sent = event({"Authorization": f"Bearer {TOKEN}", "Cookie": cookies(TOKEN)})
        before = copy.deepcopy(sent)
        HANDLE(sent)
        assert sent == before

    @pytest.mark.parametrize(
        ("headers", "query"),
        [
            ({}, ""),
            ({"Authorization": f"Basic {TOKEN}"}, ""),
            ({"Authorization": TOKEN}, ""),
            ({"Authorization": f"Bearer{TOKEN}"}, ""),
            ({"Authorization": ""}, ""),
            ({"Proxy-Authorization": f"Bearer {TOKEN}", "X-Token": TOKEN}, f"Token={TOKEN}&a=token={TOKEN}"),
            ({"Cookie": f"token={TOKEN}"}, ""),
            ({"Cookie": cookies(TOKEN).split("; ")[0]}, ""),
            ({"Cookie": cookies(TOKEN).split("; ")[1]}, ""),
            ({"Cookie": cookies(TOKEN).upper()}, ""),
            ({}, f"a=b;token={TOKEN}"),
        ],
    )
    def test_anything_else_is_no_token(self, headers: Mapping[str, str], query: str) -> None:
        result = HANDLE(event(headers, query))
        assert (passed(result), result["status"]) == (False, "401")
        # Without a token there is no error to be told: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
        assert header(result, "WWW-Authenticate") == "Bearer"

    @pytest.mark.parametrize(
        ("headers", "query"),
        [
            ({"Authorization": f"Bearer {TOKEN}", "Token": OTHER}, ""),
            ({"Authorization": f"Bearer {TOKEN}", "Token": TOKEN}, ""),
            ({"Authorization": f"Bearer {TOKEN}"}, f"token={TOKEN}"),
            ({"Authorization": [f"Bearer {TOKEN}", f"JWT {TOKEN}"]}, ""),
            ({"Token": [TOKEN, TOKEN]}, ""),
            ({}, f"token={TOKEN}&token={TOKEN}"),
            ({}, f"token={TOKEN}&%74%6fken={BAD}"),
            ({"Token": ""}, f"token={TOKEN}"),
            ({"Cookie": f"{cookies(TOKEN)}; {cookies(OTHER)}"}, ""),
            ({"Cookie": [cookies(TOKEN), cookies(BAD)]}, ""),
            ({"Cookie": f"{cookies(TOKEN)}; edx-jwt-cookie-signature="}, ""),
        ],
    )
    def test_more_than_one_is_refused(self, headers: Mapping[str, str], query: str) -> None:
        result = HANDLE(event(headers, query))
        assert (passed(result), result["status"]) == (False, "401")
        assert 'error="invalid_request"' in str(header(result, "WWW-Authenticate"))

    def test_what_is_said_goes_before_the_cookies_that_a_browser_adds(self) -> None:
        assert passed(HANDLE(event({"Authorization": f"Bearer {TOKEN}", "Cookie": cookies(BAD)})))
        assert not passed(HANDLE(event({"Authorization": f"Bearer {BAD}", "Cookie": cookies(TOKEN)})))
        assert not passed(HANDLE(event({"Cookie": cookies(TOKEN)}, "token=")))

    def test_all_copies_are_taken_out(self) -> None:
        for source in ({"Authorization": f"Bearer {TOKEN}"}, {"Token": TOKEN}):
            result = HANDLE(event({**source, "Cookie": f"a=b; {cookies(OTHER)}"}))
            assert passed(result)
            assert sorted(result["headers"]) == ["cookie", "host"]
            assert header(result, "Cookie") == "a=b"

    def test_credentials_of_other_schemes_are_taken_out_as_well(self) -> None:
        result = HANDLE(event({"Authorization": "Basic dXNlcjpzZWNyZXQ=", "Token": TOKEN}))
        assert passed(result)
        assert header(result, "Authorization") is None


class TestPreflight:
    headers: t.ClassVar[dict[str, str]] = {
        "Origin": "https://viewer.example.com",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }

    def test_passes(self) -> None:
        sent = event({**self.headers, "User-Agent": "browser", "Via": "1.1 edge"}, "v=1", "OPTIONS")
        result = HANDLE(sent)
        assert passed(result)
        assert result == sent["Records"][0]["cf"]["request"]

    def test_carries_nothing_else(self) -> None:
        more = {
            "Authorization": f"Bearer {TOKEN}",
            "Token": TOKEN,
            "Cookie": "a=b",
            "X-HTTP-Method-Override": "GET",
            "X-Amz-Target": "Delete",
            TOKEN_DIGEST_HEADER: "0",
        }
        result = HANDLE(event({**self.headers, **more}, f"token={TOKEN}&v=1", "OPTIONS"))
        assert passed(result)
        assert sorted(result["headers"]) == sorted(["host", *map(str.lower, self.headers)])
        assert result["querystring"] == "v=1"

    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "options", "OPTIONS "])
    def test_other_methods_are_none(self, method: str) -> None:
        assert HANDLE(event(self.headers, method=method))["status"] == "401"

    @pytest.mark.parametrize("name", ["Origin", "Access-Control-Request-Method"])
    def test_options_request_of_another_kind(self, name: str) -> None:
        headers = {key: value for key, value in self.headers.items() if key != name}
        assert HANDLE(event(headers, method="OPTIONS"))["status"] == "401"
        assert passed(HANDLE(event({**headers, "Token": TOKEN}, method="OPTIONS")))


class TestAnswers:
    def test_refusal(self) -> None:
        result = HANDLE(with_token(BAD))
        assert result == {
            "status": "401",
            "statusDescription": "Unauthorized",
            "headers": fields(
                {
                    "Cache-Control": "no-store",
                    "Content-Type": "text/plain; charset=utf-8",
                    "WWW-Authenticate": 'Bearer error="invalid_token", error_description="The signature is wrong"',
                }
            ),
            "body": "The signature is wrong.\n",
        }

    def test_missing_claim(self) -> None:
        result = authorizer(config_of(required_claims={"role": "teacher"}))(with_token(TOKEN))
        assert (result["status"], result["statusDescription"]) == ("403", "Forbidden")
        assert str(header(result, "WWW-Authenticate")).startswith('Bearer error="insufficient_scope", ')
        assert header(result, "Cache-Control") == "no-store"

    def test_scripts_may_read_why(self) -> None:
        result = HANDLE(event({"Origin": "https://viewer.example.com"}))
        assert header(result, "Access-Control-Allow-Origin") == "*"
        assert header(result, "Access-Control-Allow-Credentials") is None
        assert header(result, "Access-Control-Expose-Headers") == "WWW-Authenticate"
        assert header(HANDLE(event()), "Access-Control-Allow-Origin") is None

    def test_only_trusted_pages_may_read_it_of_requests_with_cookies(self) -> None:
        handle = authorizer(config_of(trusted_origins=("https://learn.example.com",)))
        trusted = handle(event({"Origin": "https://learn.example.com"}))
        assert header(trusted, "Access-Control-Allow-Origin") == "https://learn.example.com"
        assert header(trusted, "Access-Control-Allow-Credentials") == "true"
        assert header(trusted, "Vary") == "Origin"
        for origin in ("https://learn.example.com.attacker.example", "null", "http://learn.example.com"):
            other = handle(event({"Origin": origin}))
            assert header(other, "Access-Control-Allow-Origin") == "*"
            assert header(other, "Access-Control-Allow-Credentials") is None

    def test_nothing_of_a_token_is_answered_or_logged(self, capfd: pytest.CaptureFixture[str]) -> None:
        broken = event({"Authorization": f"Bearer {TOKEN}"})
        del broken["Records"][0]["cf"]["request"]["querystring"]
        answers = [HANDLE(in_all_places(TOKEN)), HANDLE(with_token(BAD)), HANDLE(broken)]
        told = json.dumps(answers) + "".join(capfd.readouterr())
        for part in (*TOKEN.split("."), *BAD.split(".")):
            assert part not in told
            assert part[:20] not in told


class TestCacheKey:
    def test_token_that_is_shared_is_not_told(self) -> None:
        assert header(HANDLE(with_token(TOKEN)), TOKEN_DIGEST_HEADER) is None

    def test_token_is_told_by_its_digest(self) -> None:
        handle = authorizer(config_of(cache_per_token=True))
        assert header(handle(with_token(TOKEN)), TOKEN_DIGEST_HEADER) == sha256(TOKEN.encode()).hexdigest()
        assert header(handle(with_token(TOKEN)), TOKEN_DIGEST_HEADER) == sha256(TOKEN.encode()).hexdigest()
        assert header(handle(with_token(OTHER)), TOKEN_DIGEST_HEADER) == sha256(OTHER.encode()).hexdigest()
        assert (
            header(handle(event({"Cookie": cookies(OTHER)})), TOKEN_DIGEST_HEADER) == sha256(OTHER.encode()).hexdigest()
        )

    @pytest.mark.parametrize("per_token", [False, True])
    def test_viewer_s_own_digest_is_taken_out(self, per_token: bool) -> None:
        handle = authorizer(config_of(cache_per_token=per_token))
        result = handle(event({"Token": TOKEN, TOKEN_DIGEST_HEADER: ["forged", "forged"]}))
        assert passed(result)
        assert "forged" not in json.dumps(result)


class TestFailures:
    @pytest.mark.parametrize(
        "broken",
        [
            None,
            [],
            {},
            {"Records": []},
            {"Records": [{}]},
            {"Records": [{"cf": {"config": {}, "request": {}}}]},
            {"Records": [{"cf": {"config": {"eventType": "viewer-request"}, "request": None}}]},
            {"Records": [{"cf": {"config": {"eventType": "viewer-request"}, "request": {"headers": 1}}}]},
            event(position="origin-request"),
            event({"Token": TOKEN}, position="origin-request"),
            event({"Token": TOKEN}, position="viewer-response"),
        ],
    )
    def test_nobody_gets_in_by_an_event_of_another_kind(self, broken: t.Any) -> None:
        result = HANDLE(broken)
        assert (passed(result), result["status"], header(result, "Cache-Control")) == (False, "500", "no-store")

    @pytest.mark.parametrize("error", [ValueError, MemoryError, RecursionError, AttributeError, OSError])
    def test_nobody_gets_in_when_something_raises(
        self, error: type[Exception], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        def fail(*arguments: object) -> t.NoReturn:
            raise error(TOKEN)

        for place in (
            "handler.Found",
            "tokens.sha256",
            "tokens.json_object",
            "rsa.PublicKey.verifies",
            "claims.Rules.check",
        ):
            with monkeypatch.context() as patch:
                patch.setattr(f"tutorcloudfront.edge.authorizer.{place}", fail)
                result = authorizer(config_of())(with_token(TOKEN))
            assert (place, passed(result), result["status"] in ("401", "500")) == (place, False, True)
            assert TOKEN not in json.dumps(result)
        assert TOKEN not in "".join(capfd.readouterr())
