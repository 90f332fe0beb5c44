"""A stand-in for the LMS: a real Django with the one model that is set, and a `docker` that runs jobs in it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

from tests.support.project import Project

#: As in https://github.com/openedx/openedx-platform/blob/master/common/djangoapps/static_replace/models.py
MODELS = """
from config_models.models import ConfigurationModel
from django.db import models

class AssetBaseUrlConfig(ConfigurationModel):
    class Meta:
        app_label = "static_replace"

    base_url = models.TextField(blank=True)
"""
#: What is at the other end of https is told by a file: an HTTP status, or nothing when nobody can be reached.
MANAGE = """#!{python}
import sys
import urllib.request
from pathlib import Path

import django
from django.conf import settings
from django.core.management import execute_from_command_line

HERE = Path(__file__).resolve().parent

class Https(urllib.request.BaseHandler):
    def https_open(self, request):
        with (HERE / "asked").open("a") as asked:
            asked.write(request.full_url + "\\n")
        status = (HERE / "status").read_text()
        if not status:
            raise urllib.error.URLError("no route")
        if int(status) >= 400:
            raise urllib.error.HTTPError(request.full_url, int(status), "", {{}}, None)
        return (HERE / "status").open("rb")

urllib.request.install_opener(urllib.request.OpenerDirector())
urllib.request._opener.add_handler(Https())

settings.configure(
    CACHES={{"default": {{"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": HERE / "cache"}}}},
    DATABASES={{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "db.sqlite3"}}}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "common.djangoapps.static_replace"],
    SECRET_KEY="x",
    USE_TZ=True,
)
django.setup()
assert sys.argv.pop(1) == "lms"
execute_from_command_line(sys.argv)
"""
#: It says that nothing is running, and keeps a list of jobs: `docker compose … run --rm lms-job sh -e -c SCRIPT`.
DOCKER = """#!/bin/sh -e
while [ $# -gt 0 ] && [ "$1" != run ]; do shift; done
[ $# -gt 0 ] || {{ echo '[]'; exit; }}
echo "$@" >> "{log}"
{run}
"""
RUN = """
while [ "$1" != lms-job ]; do shift; done
shift
cd "{folder}"
exec "$@"
"""


class Row(t.NamedTuple):
    """A change of the asset base URL, as its history keeps it."""

    base_url: str
    enabled: bool
    changed_by: int | None = None


@dataclass(frozen=True)
class Lms:
    folder: Path

    @classmethod
    def made_in(cls, folder: Path) -> Lms:
        package = folder / "common" / "djangoapps" / "static_replace"
        package.mkdir(parents=True)
        for path in (package, package.parent, package.parent.parent):
            (path / "__init__.py").touch()
        (package / "models.py").write_text(MODELS, encoding="utf-8")
        manage = folder / "manage.py"
        manage.write_text(MANAGE.format(python=sys.executable), encoding="utf-8")
        manage.chmod(0o755)
        lms = cls(folder)
        lms.answers(400)
        lms.manage("migrate", "--run-syncdb", "--verbosity=0")
        lms.shell(
            "from django.contrib.auth.models import User; User.objects.create(pk=7, username='operator', password='x')"
        )
        return lms

    def copy(self, folder: Path) -> Lms:
        shutil.copytree(self.folder, folder)
        return Lms(folder)

    def manage(self, *args: str) -> str:
        command: list[str | Path] = [self.folder / "manage.py", "lms", *args]
        return subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.PIPE, text=True).stdout

    def shell(self, code: str) -> str:
        return self.manage("shell", "-c", code)

    def set(self, row: Row) -> None:
        """Set the asset base URL otherwise than by the plugin."""
        arguments = f"base_url={row.base_url!r}, enabled={row.enabled}, changed_by_id={row.changed_by}"
        self.shell(
            "from common.djangoapps.static_replace.models import AssetBaseUrlConfig as Config; "
            f"Config({arguments}).save()"
        )

    def history(self) -> list[Row]:
        with sqlite3.connect(self.folder / "db.sqlite3") as database:
            rows = database.execute(
                "SELECT base_url, enabled, changed_by_id FROM static_replace_assetbaseurlconfig ORDER BY change_date"
            ).fetchall()
        database.close()
        return [Row(url, bool(enabled), by) for url, enabled, by in rows]

    def seen_by_platform(self) -> tuple[str, bool]:
        """Return what the platform goes by, out of its cache where it has it there."""
        code = (
            "from common.djangoapps.static_replace.models import AssetBaseUrlConfig as Config; "
            "print(Config.current().base_url, Config.current().enabled)"
        )
        url, _, enabled = self.shell(code).strip().rpartition("\n")[2].rpartition(" ")
        return url, enabled == "True"

    def answers(self, status: int | None) -> None:
        """Set the status of what is answered to the LMS over https, or that nothing is."""
        (self.folder / "status").write_text(str(status or ""), encoding="utf-8")

    def asked(self) -> list[str]:
        path = self.folder / "asked"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@dataclass(frozen=True)
class Docker:
    """A `docker` in the way of the real one."""

    folder: Path

    @classmethod
    def made_in(cls, folder: Path, lms: Lms | None = None) -> Docker:
        """Have a `docker` that runs jobs in a stand-in, or one that runs nothing."""
        folder.mkdir()
        run = RUN.format(folder=lms.folder) if lms else ""
        (folder / "docker").write_text(DOCKER.format(log=folder / "log", run=run), encoding="utf-8")
        (folder / "docker").chmod(0o755)
        return cls(folder)

    def tutor(self, project: Project, *args: str) -> str:
        """Run a `tutor` command that runs this `docker`, and return all that is said."""
        path = f"{self.folder}:{project.environment()['PATH']}"
        result = project.tutor(*args, env={"PATH": path})
        return result.stdout + result.stderr

    def jobs(self) -> str:
        """Return all jobs so far."""
        path = self.folder / "log"
        return path.read_text(encoding="utf-8") if path.exists() else ""
