"""`tutor cloudfront edge package` and what can not be packaged, by the real command."""

from __future__ import annotations

import subprocess
import typing as t
import zipfile
from pathlib import Path

from tests.support.entries import COGNITO, KEYS, service
from tests.support.project import Project

SETTINGS: dict[str, t.Any] = {
    "CLOUDFRONT_JWT": {**COGNITO, "jwks": KEYS},
    "CLOUDFRONT_EXTRA_DOMAINS": [service(domain="*.learn.example.com")],
}


def run(project: Project, *args: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    result = project.tutor("cloudfront", *args, check=False)
    assert result.returncode == status, result.stderr
    assert "Traceback" not in result.stderr
    return result


def test_packages_are_the_same_whenever_they_are_made(project: Project, tmp_path: Path) -> None:
    project.set(**SETTINGS)
    for folder in ("a", "a/b"):
        result = run(project, "edge", "package", "--output", str(tmp_path / folder))
    names = ["_.learn.example.com-authorizer.zip", "_.learn.example.com-signer.zip"]
    assert result.stdout.split() == [str(tmp_path / "a/b" / name) for name in names]
    for name in names:
        path = tmp_path / "a" / name
        assert path.read_bytes() == (tmp_path / "a/b" / name).read_bytes()
        assert "lambda_function.py" in zipfile.ZipFile(path).namelist()
    assert sorted(path.name for path in (tmp_path / "a/b").iterdir()) == names


def test_there_may_be_nothing_to_package_and_nowhere_to_put_it(project: Project, tmp_path: Path) -> None:
    nothing = run(project, "edge", "package", "--output", str(tmp_path / "zips"), status=1)
    assert "No site has access: jwt or a service" in nothing.stderr
    assert not (tmp_path / "zips").exists()
    project.set(**SETTINGS)
    (tmp_path / "file").write_text("in the way")
    nowhere = run(project, "edge", "package", "--output", str(tmp_path / "file" / "zips"), status=1)
    assert "can not be written" in nowhere.stderr
    assert "Name a folder that is yours." in nowhere.stderr
