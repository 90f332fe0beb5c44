"""The functions in one file each, as a template carries them, run by the Pythons of Lambda."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import typing as t
import zipfile
from pathlib import Path

import pytest

from tests.edge_functions.events import Json, event, header, passed, with_token
from tests.edge_functions.interpreters import provided, pythons, run
from tests.edge_functions.test_package import CREDENTIALS, SIGNER, ZIPS
from tests.edge_functions.tokens import Issuer, config_of, private_key
from tutorcloudfront.edge.inline import HANDLER, inline_source
from tutorcloudfront.edge.package import TOKEN_DIGEST_HEADER, authorizer_zip, signer_zip


def in_a_folder(archive: bytes, folder: Path) -> Path:
    """Write a function to where `run` looks for it; what the one file is called does not matter to it."""
    folder.mkdir(exist_ok=True)
    (folder / "lambda_function.py").write_text(inline_source(archive), encoding="utf-8")
    return folder


def values_in(source: str) -> dict[str, t.Any]:
    """Return what is assigned at the top of a module as plain data."""
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper()
    }


@pytest.mark.parametrize("name", ZIPS)
def test_the_files_of_the_zip_stand_there_letter_by_letter(name: str) -> None:
    archive = ZIPS[name]()
    source = inline_source(archive)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        files = {path: opened.read(path).decode() for path in opened.namelist()}
    values = values_in(source)
    paths = {
        f"{module.replace('.', '/')}{'.py' if '.' in module else '/__init__.py'}": text
        for module, text in values["SOURCES"].items()
    }
    assert {**paths, "config.json": values["CONFIG"]} == {
        path: text for path, text in files.items() if path != "lambda_function.py"
    }
    assert all(text in source for path, text in files.items() if path != "lambda_function.py")
    assert HANDLER == "index.handler"


@pytest.mark.parametrize("name", ZIPS)
def test_only_ascii_is_in_it(name: str) -> None:
    # CloudFormation has been seen to make question marks of all else.
    assert inline_source(ZIPS[name]()).isascii()


def test_whatever_a_configuration_says_stays_text() -> None:
    claims = {"a": "'''\nraise SystemExit\n'''", "b": "\\", "c": "\r\n\t${x} {y} é \U0001f600", "d": '"""'}
    source = inline_source(authorizer_zip(config_of(required_claims=claims)))
    config = json.loads(values_in(source)["CONFIG"])
    assert config["required_claims"] == {name: [value] for name, value in claims.items()}
    assert source.isascii()


@pytest.mark.parametrize("version", pythons())
class TestBareInterpreters:
    def test_authorizer(self, version: str, tmp_path: Path) -> None:
        good = Issuer().token()
        events: list[Json] = [
            with_token(good),
            event(),
            with_token(Issuer(private_key("attacker")).token()),
            event({"Origin": "https://a.example.com", "Access-Control-Request-Method": "GET"}, method="OPTIONS"),
            {},
        ]
        ran = run(version, [in_a_folder(authorizer_zip(config_of(cache_per_token=True)), tmp_path / "code")], events)

        assert [passed(result) for result in ran.results] == [True, False, False, True, False]
        assert [result.get("status") for result in ran.results if not passed(result)] == ["401", "401", "500"]
        assert header(ran.results[0], TOKEN_DIGEST_HEADER) == hashlib.sha256(good.encode()).hexdigest()
        assert set(ran.modules) == {"__main__", "authorizer", "lambda_function"}
        assert ran.told == []

    def test_signer(self, version: str, tmp_path: Path) -> None:
        folders = [in_a_folder(signer_zip(SIGNER), tmp_path / "code"), provided(tmp_path / "python")]
        origin = {"custom": {"domainName": SIGNER.host, "path": "", "port": 443, "protocol": "https"}}
        asked = event(path="/datastore/1/studies", position="origin-request", origin=origin)
        ran = run(version, folders, [asked, {}], CREDENTIALS)
        assert "Credential=AKIDEXAMPLE/" in str(header(ran.results[0], "Authorization"))
        assert ran.results[1]["status"] == "500"
        assert ran.told == []

    def test_modules_of_the_same_names_elsewhere_are_not_looked_at(self, version: str, tmp_path: Path) -> None:
        folder = in_a_folder(authorizer_zip(config_of()), tmp_path / "code")
        for name in ("authorizer", "authorizer/tokens"):
            (folder / name).mkdir()
            (folder / name / "__init__.py").write_text("raise SystemExit('not mine')")
        assert passed(run(version, [folder], [with_token(Issuer().token())]).results[0])
