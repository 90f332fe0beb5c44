"""Requests that are signed at the origin, as the service reads them that they go to."""

from __future__ import annotations

import base64
import json
import typing as t
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.edge_functions.aws_service import Asked, Denied, Service
from tests.edge_functions.events import Json, event, header, passed
from tutorcloudfront.edge.config import InvalidConfig, SignerConfig
from tutorcloudfront.edge.signer.handler import Handler

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
IMAGING = SignerConfig("medical-imaging", "us-west-2", "dicom-medical-imaging.us-west-2.amazonaws.com")
MEDIA = SignerConfig("s3", "eu-central-1", "media.s3.eu-central-1.amazonaws.com")
QUERY_ORDER = "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
FRAME = "/datastore/0123456789abcdef0123456789abcdef/studies/1.2.3/series/1.2.4/instances/1.2.5/frames/1"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session+token/==")


def custom(config: SignerConfig, **changes: t.Any) -> Json:
    origin = {"customHeaders": {}, "domainName": config.host, "path": "", "port": 443, "protocol": "https"}
    return {"custom": {**origin, **changes}}


def asked(
    config: SignerConfig,
    path: str = FRAME,
    query: str = "",
    headers: Mapping[str, str | list[str]] | None = None,
    method: str = "GET",
    **more: t.Any,
) -> Json:
    """Return what the function makes of a request, on its way to the origin of the configuration."""
    more = {"origin": custom(config), **more}
    return Handler(config.document())(event(headers, query, method, path, "origin-request", **more))


def on_the_wire(result: Json, body: bytes = b"") -> Asked:
    """Return what CloudFront sends to the origin."""
    assert passed(result), result
    headers = {name: ",".join(field["value"] for field in fields) for name, fields in result["headers"].items()}
    (origin,) = result["origin"].values()
    path = origin["path"] + result["uri"]
    return Asked(result["method"], path, result["querystring"], {**headers, "x-amz-cf-id": "request-id"}, body)


def accepted(config: SignerConfig, result: Json, body: bytes = b"") -> bool:
    service = Service(config.service, config.region, KEY, SECRET, "session+token/==")
    service.check(on_the_wire(result, body))
    return True


class TestCheckOfTheTests:
    """The examples of AWS's documentation, for the service that the function's signatures are tried with."""

    def test_iam(self) -> None:
        """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-examples.html"""
        headers = {
            "host": "iam.amazonaws.com",
            "x-amz-date": "20150830T123600Z",
            "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        }
        request = Asked("GET", "/", "Action=ListUsers&Version=2010-05-08", headers)
        signature = Service("iam", "us-east-1", KEY, SECRET).signature(
            request, "20150830", "content-type;host;x-amz-date"
        )
        assert signature == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"

    def test_s3(self) -> None:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html"""
        headers = {
            "host": "examplebucket.s3.amazonaws.com",
            "range": "bytes=0-9",
            "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "x-amz-date": "20130524T000000Z",
        }
        service = Service("s3", "us-east-1", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        signature = service.signature(Asked("GET", "/test.txt", "", headers), "20130524", ";".join(headers))
        assert signature == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        listed = Asked("GET", "/", "max-keys=2&prefix=J", {name: headers[name] for name in headers if name != "range"})
        signature = service.signature(listed, "20130524", "host;x-amz-content-sha256;x-amz-date")
        assert signature == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"

    @pytest.mark.parametrize(
        ("method", "path", "query", "signature"),
        [
            ("GET", "/", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            ("POST", "/", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
            ("GET", "/", "Param2=value2&Param1=value1", QUERY_ORDER),
            ("GET", "/ሴ", "", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
        ],
        ids=["get-vanilla", "post-vanilla", "get-vanilla-query-order-key-case", "get-utf8"],
    )
    def test_suite_of_aws(self, method: str, path: str, query: str, signature: str) -> None:
        """https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html"""
        request = Asked(method, path, query, {"host": "example.amazonaws.com", "x-amz-date": "20150830T123600Z"})
        service = Service("service", "us-east-1", KEY, SECRET)
        assert service.signature(request, "20150830", "host;x-amz-date") == signature

    def test_what_is_changed_is_denied(self) -> None:
        result = asked(IMAGING, query="imageSetId=1")
        assert accepted(IMAGING, result)
        for changes in (
            {"uri": "/other"},
            {"querystring": "imageSetId=2"},
            {"method": "DELETE"},
            {"headers": {**result["headers"], "x-amz-other": [{"value": "1"}]}},
        ):
            with pytest.raises(Denied):
                accepted(IMAGING, {**result, **changes})
        with pytest.raises(Denied):
            accepted(IMAGING, result, b"body")


class TestSignatures:
    @pytest.mark.parametrize(
        ("config", "path"),
        [
            (IMAGING, FRAME),
            (IMAGING, "/datastore/1/studies/1/series/1/instances/1/frames/1,2,3"),
            (IMAGING, "/a%20b/c%2Fd/%C3%A9"),
            (IMAGING, "/a(1)!*'/b:c=d@e$f;g+h,i"),
            (IMAGING, "/%61/~a/-._"),
            (IMAGING, "/a/"),
            (IMAGING, "/"),
            (MEDIA, "/course/video.mp4"),
            (MEDIA, "/a%20b/%C3%A9/c%2Fd"),
            (MEDIA, "/a(1)!*'/b:c=d@e$f;g,i"),
            (MEDIA, "/%61//a/./b/../c"),
            (MEDIA, "/"),
        ],
    )
    def test_paths_go_on_as_they_came(self, config: SignerConfig, path: str) -> None:
        result = asked(config, path)
        assert accepted(config, result)
        assert result["uri"] == path

    @pytest.mark.parametrize(
        ("query", "sent"),
        [
            ("", ""),
            ("imageSetId=abc", "imageSetId=abc"),
            ("b=2&a=1&a=0", "b=2&a=1&a=0"),
            ("a", "a"),
            ("a=", "a="),
            ("a=b=c", "a=b%3Dc"),
            ("a=1+2", "a=1%202"),
            ("a=%2B%20%2f", "a=%2B%20%2F"),
            ("a=x:y/z@w,v;u", "a=x%3Ay%2Fz%40w%2Cv%3Bu"),
            ("00080020=20200101-20201231&includefield=all", "00080020=20200101-20201231&includefield=all"),
            ("&&a=1&", "a=1"),
            ("a=%C3%A9&%C3%A9=%E2%82%AC", "a=%C3%A9&%C3%A9=%E2%82%AC"),
            ("a=100%", "a=100%25"),
        ],
    )
    @pytest.mark.parametrize("config", [IMAGING, MEDIA], ids=["imaging", "s3"])
    def test_queries_are_encoded_as_aws_encodes_them(self, config: SignerConfig, query: str, sent: str) -> None:
        result = asked(config, query=query)
        assert accepted(config, result)
        assert result["querystring"] == sent

    @pytest.mark.parametrize("config", [IMAGING, MEDIA], ids=["imaging", "s3"])
    @pytest.mark.parametrize("body", [b'{"imageFrameId":"1"}', b"\x00\xff" * 1000, b""])
    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
    def test_bodies(self, config: SignerConfig, body: bytes, method: str) -> None:
        about = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        told = {
            "inputTruncated": False,
            "action": "read-only",
            "encoding": "base64",
            "data": base64.b64encode(body).decode(),
        }
        result = asked(config, headers=about, method=method, body=told)
        assert accepted(config, result, body)
        assert result["body"] == told
        if body:
            with pytest.raises(Denied):
                accepted(config, result, body + b"!")

    def test_body_as_text(self) -> None:
        told = {"inputTruncated": False, "action": "read-only", "encoding": "text", "data": "é"}
        assert accepted(IMAGING, asked(IMAGING, method="POST", body=told), "é".encode())

    def test_path_of_the_origin_is_part_of_it(self) -> None:
        for config in (IMAGING, MEDIA):
            assert accepted(config, asked(config, "/b", origin=custom(config, path="/a%20a")))

    def test_origin_of_the_kind_s3(self) -> None:
        origin = {
            "s3": {"authMethod": "none", "customHeaders": {}, "domainName": MEDIA.host, "path": "/a", "region": ""}
        }
        assert accepted(MEDIA, asked(MEDIA, "/b", origin=origin))

    def test_what_is_signed(self) -> None:
        result = asked(IMAGING, headers={"Accept": "image/jph", "User-Agent": "x"}, method="GET")
        authorization = str(header(result, "Authorization"))
        assert "SignedHeaders=host;x-amz-cf-id;x-amz-date;x-amz-security-token," in authorization
        assert "/us-west-2/medical-imaging/aws4_request," in authorization
        assert header(result, "Host") == IMAGING.host
        assert header(result, "Accept") == "image/jph"
        assert "x-amz-cf-id" not in result["headers"]

    def test_without_a_session_token(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("AWS_SESSION_TOKEN")
        result = asked(IMAGING)
        Service(IMAGING.service, IMAGING.region, KEY, SECRET).check(on_the_wire(result))
        assert header(result, "X-Amz-Security-Token") is None

    @given(st.text(alphabet="abc/%20é&=+:~", max_size=20), st.text(alphabet="ab&=+%2:é", max_size=20))
    @settings(deadline=None)
    def test_whatever_goes_on_is_accepted(self, path: str, query: str) -> None:
        for config in (IMAGING, MEDIA):
            result = asked(config, f"/{path}", query)
            assert not passed(result) or accepted(config, result)


class TestViewersHeaders:
    def test_that_are_about_who_asks_are_taken_out(self) -> None:
        forged: dict[str, str | list[str]] = {
            "Authorization": ["AWS4-HMAC-SHA256 Credential=mine", "Bearer token"],
            "X-Amz-Security-Token": "mine",
            "X-Amz-Date": "20000101T000000Z",
            "X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD",
            "X-Amz-Acl": "public-read",
            "X-Amz-Copy-Source": "/other/secret",
            "X-Cloudfront-Token-Digest": "ab" * 32,
            "Host": "images.example.com",
        }
        for config in (IMAGING, MEDIA):
            result = asked(config, headers=forged)
            assert accepted(config, result)
            for value in ("mine", "Bearer", "public-read", "/other/secret", "UNSIGNED", "abab", "images.example.com"):
                assert value not in json.dumps(result)

    def test_that_name_an_operation_are_signed(self) -> None:
        config = SignerConfig("dynamodb", "us-east-1", "dynamodb.us-east-1.amazonaws.com")
        about = {"X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0"}
        told = {"inputTruncated": False, "action": "read-only", "encoding": "text", "data": "{}"}
        result = asked(config, "/", headers=about, method="POST", body=told)
        assert accepted(config, result, b"{}")
        assert header(result, "X-Amz-Target") == "DynamoDB_20120810.GetItem"

    def test_others_stay(self) -> None:
        others: dict[str, str | list[str]] = {
            "Accept": "multipart/related",
            "Range": "bytes=0-1",
            "Via": "1.1 edge",
            "X-Other": ["1", "2"],
        }
        result = asked(IMAGING, headers=others)
        assert {name: len(result["headers"][name.lower()]) for name in others} == {
            **dict.fromkeys(others, 1),
            "X-Other": 2,
        }


class TestRefusals:
    def refused(self, status: str, result: Json) -> None:
        assert (passed(result), result["status"]) == (False, status)
        assert header(result, "Cache-Control") == "no-store"

    @pytest.mark.parametrize(
        "path",
        [
            "/../a",
            "/a/..",
            "/a/./b",
            "/%2e%2e/a",
            "/a/.%2E",
            "//a",
            "/a//b",
            "/a b",
            "/a?b",
            "/a#b",
            "/é",
            "a",
            "",
            "/a\n",
        ],
    )
    def test_path_that_can_be_read_in_two_ways(self, path: str) -> None:
        self.refused("400", asked(IMAGING, path))

    def test_body_that_is_cut_off(self) -> None:
        told = {"inputTruncated": True, "action": "read-only", "encoding": "base64", "data": "AA=="}
        self.refused("413", asked(IMAGING, method="POST", body=told))

    @pytest.mark.parametrize("headers", [{"Content-Length": "5"}, {"Transfer-Encoding": "chunked"}])
    def test_body_that_is_not_shown(self, headers: dict[str, str]) -> None:
        self.refused("500", asked(IMAGING, method="POST", headers=headers))
        assert accepted(IMAGING, asked(IMAGING, method="POST", headers={"Content-Length": "0"}))

    @pytest.mark.parametrize("data", ["*", None, 1])
    def test_body_that_cannot_be_read(self, data: t.Any) -> None:
        told = {"inputTruncated": False, "action": "read-only", "encoding": "base64", "data": data}
        self.refused("500", asked(IMAGING, method="POST", body=told))

    @pytest.mark.parametrize(
        "origin",
        [
            custom(IMAGING, domainName="attacker.example.com"),
            custom(IMAGING, protocol="http"),
            {"s3": {"domainName": "attacker.s3.amazonaws.com", "path": ""}},
            {**custom(IMAGING), "s3": {"domainName": IMAGING.host}},
            {},
            None,
        ],
    )
    def test_another_origin(self, origin: t.Any) -> None:
        self.refused("500", asked(IMAGING, origin=origin))

    @pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    def test_without_credentials(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(name, "")
        self.refused("500", asked(IMAGING))
        monkeypatch.delenv(name)
        self.refused("500", asked(IMAGING))

    def test_signature_that_fails(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        def fail(*arguments: object) -> t.NoReturn:
            raise RuntimeError(SECRET)

        monkeypatch.setattr("botocore.auth.SigV4Auth.add_auth", fail)
        self.refused("500", asked(IMAGING))
        assert SECRET not in "".join(capfd.readouterr())
        monkeypatch.setattr("botocore.auth.SigV4Auth.add_auth", lambda *arguments: None)
        self.refused("500", asked(IMAGING))

    @pytest.mark.parametrize("position", ["viewer-request", "origin-response"])
    def test_another_position(self, position: str) -> None:
        sent = event(position=position, origin=custom(IMAGING))
        self.refused("500", Handler(IMAGING.document())(sent))

    @pytest.mark.parametrize("broken", [None, [], {}, {"Records": []}, {"Records": [{"cf": {}}]}])
    def test_event_of_another_kind(self, broken: t.Any) -> None:
        self.refused("500", Handler(IMAGING.document())(broken))

    def test_preflight_requests_are_answered_and_not_signed(self) -> None:
        result = asked(IMAGING, method="OPTIONS", headers={"Origin": "https://viewer.example.com"})
        assert (passed(result), result["status"], result["body"]) == (False, "204", "")
        assert "content-type" not in result["headers"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [("service", ""), ("service", "S3"), ("region", "us east"), ("host", "localhost"), ("host", "https://a.b")],
    )
    def test_configuration_of_which_no_function_is_made(self, field: str, value: str) -> None:
        good = {"service": "s3", "region": "us-east-1", "host": "media.s3.amazonaws.com"}
        with pytest.raises(InvalidConfig, match=f"^{field}: "):
            SignerConfig(**{**good, field: value})
