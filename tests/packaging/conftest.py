from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support import ROOT

#: What building must not look at: hidden folders such as .venv, and what earlier builds left.
LEFT_BEHIND = shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "build", "dist")


@dataclass(frozen=True)
class Distributions:
    """What would be uploaded to the package index."""

    sdist: Path
    wheel: Path


@pytest.fixture(scope="package")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """The source distribution, and the wheel built from it, as `python -m build` makes them."""
    folder = tmp_path_factory.mktemp("build")
    shutil.copytree(ROOT, folder / "source", ignore=LEFT_BEHIND)
    _run(sys.executable, "-m", "build", "--outdir", folder / "dist", folder / "source")
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    (wheel,) = (folder / "dist").glob("*.whl")
    return Distributions(sdist, wheel)


@dataclass(frozen=True)
class Installation:
    """A virtual environment in which nothing but the wheel was asked for."""

    folder: Path

    def run(self, command: str, *args: str) -> subprocess.CompletedProcess[str]:
        """Run an installed command with an empty Tutor root, and nothing of the caller's."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON", "TUTOR_"))
        }
        return subprocess.run(
            [self.folder / "bin" / command, *args],
            env={**inherited, "TUTOR_ROOT": str(self.root), "TUTOR_PLUGINS_ROOT": str(self.root / "plugins")},
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    @property
    def root(self) -> Path:
        return self.folder / "tutor-root"


@pytest.fixture(scope="package")
def installation(distributions: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel as users install it, without extras, beside the Tutor that the tests run with."""
    installation = Installation(tmp_path_factory.mktemp("installation"))
    venv.create(installation.folder, with_pip=True)
    pip = installation.folder / "bin" / "pip"
    _run(pip, "install", "--quiet", "--disable-pip-version-check", distributions.wheel, f"tutor=={version('tutor')}")
    installation.root.mkdir()
    (installation.root / "config.yml").write_text("PLUGINS: []\n", encoding="utf-8")
    return installation


def _run(*command: str | Path) -> None:
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False)
    if result.returncode != 0:
        pytest.fail(f"{' '.join(map(str, command))}: exit status {result.returncode}\n{result.stdout}\n{result.stderr}")
