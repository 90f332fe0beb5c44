"""The Pythons of Lambda, as far as they are on this machine, with nothing but a function's zip to import from."""

from __future__ import annotations

import functools
import importlib.util
import io
import json
import os
import shutil
import subprocess
import typing as t
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

#: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
VERSIONS = ("3.10", "3.11", "3.12", "3.13")
#: What Lambda's runtime has for signing: botocore, and what it needs itself.
PROVIDED = ("botocore", "dateutil", "jmespath", "six", "urllib3")
#: Handles events, and tells what else was done: modules imported, files opened, connections made, processes started.
RUNNER = """
import sys
sys.path[:0] = sys.argv[1:]
import json, os
told = []
def note(name, arguments):
    if name in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec"):
        told.append(name)
    elif name == "open" and isinstance(arguments[0], str) and not arguments[0].startswith(allowed):
        told.append("open " + arguments[0])
allowed = (*sys.argv[1:], *(os.path.realpath(path) for path in sys.argv[1:]), os.path.dirname(os.__file__))
events = json.load(sys.stdin)
sys.addaudithook(note)
import lambda_function
results = [lambda_function.handler(event, None) for event in events]
own = {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
json.dump({"results": results, "modules": sorted(own), "told": told}, sys.stdout)
"""


def pythons() -> list[t.Any]:
    """Return parameters for a test: each version's Python, skipped where it is not here."""
    return [
        pytest.param(
            version, marks=pytest.mark.skipif(not python(version), reason=f"Python {version} is not on this machine")
        )
        for version in VERSIONS
    ]


@functools.cache
def python(version: str) -> str:
    """Return the path of a Python that runs, "" where there is none."""
    return next((path for path in _candidates(version) if _runs(path, version)), "")


def _candidates(version: str) -> Iterator[str]:
    found = shutil.which(f"python{version}")
    if found:
        yield found
    # A shim of pyenv is on the path for versions that are not switched on as well.
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from map(str, sorted(root.glob(f"versions/{version}.*/bin/python{version}")))


def _runs(path: str, version: str) -> bool:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([path, "-I", "-S", "-c", code], capture_output=True, encoding="utf-8", check=False)
    return done.stdout.strip() == version


def unpacked(archive: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        opened.extractall(folder)
    return folder


def provided(folder: Path) -> Path:
    """Make a folder with what Lambda's runtime brings along, and none of its neighbours."""
    folder.mkdir()
    for name in PROVIDED:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin)
        (folder / origin.name).symlink_to(origin)
    return folder


class Ran(t.NamedTuple):
    results: list[dict[str, t.Any]]
    modules: list[str]
    told: list[str]


def run(version: str, folders: list[Path], events: list[t.Any], environment: Mapping[str, str] | None = None) -> Ran:
    """Handle events in a process of a Python that finds these folders and its standard library."""
    command = [python(version), "-I", "-S", "-B", "-W", "error", "-c", RUNNER, *map(str, folders)]
    done = subprocess.run(
        command,
        input=json.dumps(events),
        env=dict(environment or {}),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Ran(**json.loads(done.stdout))
