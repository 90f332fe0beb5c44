"""The zips, and what is in them run by the Pythons of Lambda."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import runpy
import subprocess
import sys
import typing as t
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import tutorcloudfront
from tests.edge_functions.events import Json, event, header, passed, with_token
from tests.edge_functions.interpreters import PROVIDED, python, pythons, run, unpacked
from tests.edge_functions.interpreters import provided as provided_in
from tests.edge_functions.tokens import ISSUER, Issuer, config_of, jwk, private_key
from tests.edge_functions.web import Web
from tutorcloudfront.edge.config import InvalidConfig, SignerConfig
from tutorcloudfront.edge.package import HANDLER, MAX_BYTES, TOKEN_DIGEST_HEADER, authorizer_zip, signer_zip

SIGNER = SignerConfig("medical-imaging", "us-west-2", "dicom-medical-imaging.us-west-2.amazonaws.com")
ZIPS: dict[str, Callable[[], bytes]] = {
    "authorizer": lambda: authorizer_zip(config_of()),
    "signer": lambda: signer_zip(SIGNER),
}
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "AWS_SESSION_TOKEN": "session-token",
}
#: Makes both zips of what is in a file, and tells their digests.
PACKAGES = """
import hashlib, json, sys
sys.path[:0] = sys.argv[1:]
from tutorcloudfront.edge.config import AuthorizerConfig, SignerConfig
from tutorcloudfront.edge.package import authorizer_zip, signer_zip
config = json.load(sys.stdin)
for name in ("audience", "algorithms"):
    config[name] = tuple(config[name])
zips = authorizer_zip(AuthorizerConfig(**config)), signer_zip(SignerConfig("s3", "us-east-1", "media.s3.amazonaws.com"))
print([hashlib.sha256(zip).hexdigest() for zip in zips])
"""


@pytest.fixture(scope="module")
def provided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return provided_in(tmp_path_factory.mktemp("provided") / "python")


@pytest.mark.parametrize("name", ZIPS)
class TestZips:
    def test_files(self, name: str) -> None:
        with zipfile.ZipFile(io.BytesIO(ZIPS[name]())) as archive:
            names = archive.namelist()
            assert archive.testzip() is None
        assert names == sorted(names)
        assert {"config.json", "lambda_function.py", f"{name}/__init__.py", f"{name}/handler.py"} <= set(names)
        assert not [other for other in names if "__pycache__" in other]
        assert HANDLER == "lambda_function.handler"

    def test_everybody_may_read_them_and_no_time_is_told(self, name: str) -> None:
        with zipfile.ZipFile(io.BytesIO(ZIPS[name]())) as archive:
            for entry in archive.infolist():
                assert entry.date_time == (1980, 1, 1, 0, 0, 0)
                assert (entry.external_attr >> 16, entry.create_system) == (0o100644, 3)
                assert entry.compress_type == zipfile.ZIP_STORED

    def test_size(self, name: str) -> None:
        assert len(ZIPS[name]()) < 100_000

    def test_imports_are_of_the_standard_library(self, name: str) -> None:
        found = set()
        with zipfile.ZipFile(io.BytesIO(ZIPS[name]())) as archive:
            for file in archive.namelist():
                if file.endswith(".py"):
                    found |= _imported(archive.read(file).decode())
        allowed = {*sys.stdlib_module_names, name} | ({"botocore"} if name == "signer" else set())
        assert found <= allowed


def _imported(source: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source, feature_version=(3, 10))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(str(node.module).partition(".")[0])
    return names


def test_configuration_makes_the_difference() -> None:
    assert authorizer_zip(config_of()) == authorizer_zip(config_of())
    for changes in ({"issuer": "https://other.example.com"}, {"leeway": 1}, {"cache_per_token": True}):
        assert authorizer_zip(config_of(**t.cast("dict[str, t.Any]", changes))) != authorizer_zip(config_of())


def test_order_of_members_makes_none() -> None:
    key = jwk(private_key())
    turned = dict(reversed(key.items()))
    assert authorizer_zip(config_of(jwks={"keys": [turned]})) == authorizer_zip(config_of(jwks={"keys": [key]}))


def test_too_large_is_refused() -> None:
    with pytest.raises(InvalidConfig, match=f"larger than the {MAX_BYTES} bytes"):
        authorizer_zip(config_of(required_claims={"role": "x" * MAX_BYTES}))


@pytest.mark.parametrize("version", pythons())
def test_same_bytes_from_every_python(version: str, tmp_path: Path) -> None:
    config = {"issuer": ISSUER, "audience": ["viewer"], "jwks": {"keys": [jwk(private_key())]}, "algorithms": ["RS256"]}
    zips = (
        authorizer_zip(config_of()),
        signer_zip(SignerConfig("s3", "us-east-1", "media.s3.amazonaws.com")),
    )
    root = Path(str(tutorcloudfront.__file__)).parents[1]
    done = subprocess.run(
        [python(version), "-I", "-S", "-B", "-c", PACKAGES, root],
        input=json.dumps(config),
        env={"TZ": "Asia/Tokyo", "LC_ALL": "C"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str([hashlib.sha256(made).hexdigest() for made in zips])


@pytest.mark.parametrize("version", pythons())
class TestBareInterpreters:
    def test_authorizer(self, version: str, tmp_path: Path) -> None:
        folder = unpacked(authorizer_zip(config_of(cache_per_token=True)), tmp_path)
        good = Issuer().token()
        events: list[Json] = [
            with_token(good),
            event(query=f"token={good}&a=b"),
            event(),
            with_token(Issuer(private_key("attacker")).token()),
            with_token(Issuer().token(exp=1)),
            with_token(Issuer().token(pad="[" * 2000)),
            with_token("[" * 8000),
            event({"Origin": "https://a.example.com", "Access-Control-Request-Method": "GET"}, method="OPTIONS"),
            {},
        ]
        ran = run(version, [folder], events)

        assert [passed(result) for result in ran.results] == [True, True, *[False] * 2, False, True, False, True, False]
        assert [result.get("status") for result in ran.results if not passed(result)] == ["401"] * 4 + ["500"]
        assert header(ran.results[0], TOKEN_DIGEST_HEADER) == hashlib.sha256(good.encode()).hexdigest()
        assert set(ran.modules) == {"__main__", "authorizer", "lambda_function"}
        assert ran.told == []

    def test_authorizer_that_meets_an_unknown_key(self, version: str, tmp_path: Path, web: Web) -> None:
        following = Issuer(private_key("next"), {"alg": "RS256", "kid": "next"})
        web.answer = (200, json.dumps({"keys": [jwk(following.key, "next")]}).encode())
        folder = unpacked(authorizer_zip(config_of(jwks_url=web.url())), tmp_path)
        events = [with_token(following.token()), with_token(following.token({"kid": "other"}))]
        ran = run(version, [folder], events, {"SSL_CERT_FILE": web.certificate})

        assert [passed(result) for result in ran.results] == [True, False]
        assert web.paths == ["/jwks.json"]
        assert set(ran.modules) == {"__main__", "authorizer", "lambda_function"}

    def test_signer(self, version: str, tmp_path: Path, provided: Path) -> None:
        folder = unpacked(signer_zip(SIGNER), tmp_path)
        origin = {"custom": {"domainName": SIGNER.host, "path": "", "port": 443, "protocol": "https"}}
        asked = event(path="/datastore/1/studies", position="origin-request", origin=origin)
        ran = run(version, [folder, provided], [asked, {}], CREDENTIALS)

        signed, broken = ran.results
        assert str(header(signed, "Authorization")).startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
        assert header(signed, "X-Amz-Security-Token") == "session-token"
        assert broken["status"] == "500"
        assert set(ran.modules) <= {"__main__", "signer", "lambda_function", *PROVIDED}
        assert ran.told == []


GOOD = config_of().document()
BROKEN: dict[str, t.Any] = {
    "issuer": "",
    "audience": [],
    "jwks": [{"kty": "RSA"}],
    "algorithms": ["none"],
    "required_claims": None,
    "leeway": None,
    "trusted_origins": None,
}


@pytest.mark.parametrize(
    "config",
    [
        "",
        "{",
        "[]",
        *(json.dumps({**GOOD, name: value}) for name, value in BROKEN.items()),
        *(json.dumps({name: value for name, value in GOOD.items() if name != left_out}) for left_out in GOOD),
    ],
)
def test_authorizer_with_a_broken_configuration_does_not_start(
    config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = unpacked(authorizer_zip(config_of()), tmp_path)
    (folder / "config.json").write_text(config)
    monkeypatch.syspath_prepend(str(folder))
    with pytest.raises((ValueError, KeyError, TypeError)):
        runpy.run_path(str(folder / "lambda_function.py"))
    for name in [name for name in sys.modules if name.partition(".")[0] == "authorizer"]:
        del sys.modules[name]
