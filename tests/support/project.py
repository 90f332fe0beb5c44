"""Tutor projects in temporary folders, driven through the real `tutor` command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

#: The script beside the interpreter, so that `tutor` is the one that the tests import.
TUTOR = Path(sys.executable).with_name("tutor")

#: What every project begins with.
SETTINGS: dict[str, t.Any] = {
    "CMS_HOST": "studio.learn.example.com",
    "ENABLE_HTTPS": True,
    "LMS_HOST": "learn.example.com",
    "PLUGINS": ["cloudfront", "mfe"],
}


@dataclass(frozen=True)
class Project:
    """A Tutor root, and beside it a home and a plugins folder of its own."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root"

    @property
    def plugins_root(self) -> Path:
        return self.folder / "plugins"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def config_path(self) -> Path:
        return self.root / "config.yml"

    def config(self) -> dict[str, t.Any]:
        """Return what is in config.yml."""
        config: dict[str, t.Any] = yaml.safe_load(self.config_path.read_text(encoding="utf-8"))
        return config

    def set(self, **settings: t.Any) -> None:
        """Write settings into config.yml, and nothing else: `tutor config save` renders them."""
        self._write({**self.config(), **settings})

    def unset(self, *names: str) -> None:
        self._write({name: value for name, value in self.config().items() if name not in names})

    def save(self) -> None:
        self.tutor("config", "save")

    def tutor(
        self,
        *args: str,
        env: t.Mapping[str, str] | None = None,
        check: bool = True,
        input: str | None = None,  # noqa: A002
        timeout: float = 120,
        prefix: t.Sequence[str] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run a `tutor` command. With `check`, a command that fails fails the test, with what it said.

        `prefix` goes before the command: see `confined`.
        """
        result = subprocess.run(
            [*prefix, TUTOR, *args],
            env={**self.environment(), **(env or {})},
            cwd=self.folder,
            input=input,
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        if check and result.returncode != 0:
            pytest.fail(f"tutor {' '.join(args)}: exit status {result.returncode}\n{result.stdout}\n{result.stderr}")
        return result

    def environment(self) -> dict[str, str]:
        """Return the environment of commands: that of the tests, without what could lead out of the folder."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TUTOR_"))}
        return {
            **inherited,
            "HOME": str(self.home),
            "TUTOR_PLUGINS_ROOT": str(self.plugins_root),
            "TUTOR_ROOT": str(self.root),
        }

    def rendered(self, path: str) -> str:
        """Return a file of the rendered environment, such as `apps/caddy/Caddyfile`."""
        return (self.root / "env" / path).read_text(encoding="utf-8")

    def rendered_tree(self) -> dict[str, bytes]:
        """Return every file of the rendered environment."""
        env = self.root / "env"
        return {str(path.relative_to(env)): path.read_bytes() for path in sorted(env.rglob("*")) if path.is_file()}

    def copy(self, folder: Path) -> Project:
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Project(folder)

    def _write(self, config: dict[str, t.Any]) -> None:
        self.config_path.write_text(yaml.safe_dump(config), encoding="utf-8")


@pytest.fixture(scope="session")
def project_template(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A saved project to make copies of: saving one anew takes a second or more. Not to be changed."""
    project = Project(tmp_path_factory.mktemp("template"))
    for folder in (project.root, project.plugins_root, project.home):
        folder.mkdir()
    project.config_path.write_text(yaml.safe_dump(SETTINGS), encoding="utf-8")
    project.save()
    return project


@pytest.fixture
def project(project_template: Project, tmp_path: Path) -> Project:
    """A project of the test's own, with LMS, Studio and micro-frontends, and this plugin enabled."""
    return project_template.copy(tmp_path / "project")
