"""What users get when they install the package."""

from __future__ import annotations

import tarfile
import zipfile

import pytest

from tests.packaging.conftest import Distributions, Installation
from tests.support import ROOT
from tutorcloudfront.__about__ import __version__

#: Built and installed once, by one of the processes that run tests side by side.
pytestmark = pytest.mark.xdist_group("packaging")

PACKAGE_FILES = {
    str(path.relative_to(ROOT))
    for path in (ROOT / "tutorcloudfront").rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
}


def test_wheel_holds_the_package_and_nothing_else(distributions: Distributions) -> None:
    with zipfile.ZipFile(distributions.wheel) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == PACKAGE_FILES


@pytest.mark.parametrize(
    "name", ["tutorcloudfront/py.typed", "tutorcloudfront/resources/refuse.js", "tutorcloudfront/status/page.html"]
)
def test_package_has_more_than_python_files(name: str) -> None:
    assert name in PACKAGE_FILES


def test_patches_are_part_of_the_package() -> None:
    assert any(name.startswith("tutorcloudfront/patches/") for name in PACKAGE_FILES)


def test_wheel_holds_the_licence(distributions: Distributions) -> None:
    with zipfile.ZipFile(distributions.wheel) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith("LICENSE.txt"))
        assert wheel.read(name) == (ROOT / "LICENSE.txt").read_bytes()


def test_sdist_holds_what_is_needed_to_test_it(distributions: Distributions) -> None:
    with tarfile.open(distributions.sdist) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert names >= PACKAGE_FILES
    needed = {"LICENSE.txt", "CHANGELOG.md", "Makefile", "README.rst", "pyproject.toml", "setup.py", "tox.ini"}
    assert names >= {
        *needed,
        "benchmarks/__main__.py",
        "scripts/demo.sh",
        "tests/conftest.py",
        "tests/packaging/conftest.py",
    }
    assert not [name for name in names if "__pycache__" in name]


def test_tutor_lists_the_plugin_with_its_version(installation: Installation) -> None:
    listed = installation.run("tutor", "plugins", "list")
    assert listed.returncode == 0, listed.stderr
    (line,) = (line for line in listed.stdout.splitlines() if line.startswith("cloudfront"))
    assert __version__ in line


def test_plugin_can_be_enabled(installation: Installation) -> None:
    installation.run("tutor", "plugins", "enable", "cloudfront")
    shown = installation.run("tutor", "cloudfront", "--help")
    assert shown.returncode == 0, shown.stderr
    assert "create-cloudfront-resources" in shown.stdout


def test_lms_finds_its_app(installation: Installation) -> None:
    code = "from importlib.metadata import entry_points; print([point.value for point in entry_points(group='lms.djangoapp')])"
    shown = installation.run("python", "-c", code)
    assert shown.stdout.strip() == "['tutorcloudfront.access.lms.apps:CloudFrontConfig']", shown.stderr


def test_sandbox_says_which_extra_to_install(installation: Installation) -> None:
    installation.run("tutor", "plugins", "enable", "cloudfront")
    refused = installation.run("tutor", "cloudfront", "sandbox", "--", "true")
    assert refused.returncode == 1
    assert "tutor-contrib-cloudfront[sandbox]" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_charts_say_which_extra_to_install(installation: Installation) -> None:
    installation.run("tutor", "plugins", "enable", "cloudfront")
    refused = installation.run("tutor", "cloudfront", "status", "--html", "status.html")
    assert refused.returncode == 1
    assert "pip install 'tutor-contrib-cloudfront[charts]'" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("module", ["moto", "flask", "pygal", "pytest"])
def test_production_has_nothing_for_development(installation: Installation, module: str) -> None:
    assert installation.run("python", "-c", f"import {module}").returncode != 0


def test_nothing_conflicts(installation: Installation) -> None:
    checked = installation.run("pip", "check")
    assert checked.returncode == 0, checked.stdout
