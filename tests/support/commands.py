"""The real `tutor` command without its start: a process that has imported all forks for every command.

Most of what a command takes in tests is spent on imports. What is forked is otherwise as a process of its own: its
arguments, environment, working directory, output and exit status.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
import typing as t
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

import pytest

from tests.support.project import Project

#: When a command that does not come to an end is ended.
GIVE_UP_AFTER = 300


class Commands:
    """Runs `tutor` commands by a process that stands ready."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self,
        args: list[str],
        env: Mapping[str, str],
        cwd: Path,
        started: Callable[[int], object] = lambda _: None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; `started` gets the id of its process."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"args": args, "env": dict(env), "cwd": str(cwd)}) + "\n")
        self._process.stdin.flush()
        started(int(self._process.stdout.readline()))
        answer = json.loads(self._process.stdout.readline())
        return subprocess.CompletedProcess(args, answer["status"], answer["stdout"], answer["stderr"])

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="session")
def commands(project_template: Project) -> Iterator[Commands]:
    """Runs `tutor`, quickly, for any project. Not from several threads at once."""
    commands = Commands(project_template.environment())
    yield commands
    commands.close()


def serve() -> None:
    import boto3  # noqa: F401
    from tutor.commands import cli  # noqa: F401

    from tutorcloudfront.aws import patience
    from tutorcloudfront.aws.kinds import base
    from tutorcloudfront.commands.group import MODULES
    from tutorcloudfront.reconcile import wait

    for module in MODULES.values():
        import_module(f"tutorcloudfront.commands.{module}")

    # In the emulated account nothing takes long, and nobody is to wait for it.
    wait.FIRST_WAIT = 0.05
    patience.FIRST_PAUSE = 0.05
    patience.LONGEST_PAUSE = 0.1
    base.STALE_LIST_WAITS = (0, 0, 1, 1)
    for line in sys.stdin:
        order = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = os.fork()
            if not child:
                _be(order, out, err)
            print(child, flush=True)
            _, status = os.waitpid(child, 0)
            answer = {"status": os.waitstatus_to_exitcode(status), "stdout": _text(out), "stderr": _text(err)}
        print(json.dumps(answer), flush=True)


def _be(order: dict[str, t.Any], out: t.IO[bytes], err: t.IO[bytes]) -> t.NoReturn:
    """Be the command."""
    from tutor.commands import cli
    from tutor.plugins import v1

    status = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        os.environ.clear()
        os.environ.update(order["env"])
        os.chdir(order["cwd"])
        # Read when Tutor was imported.
        v1.PLUGINS_ROOT = order["env"]["TUTOR_PLUGINS_ROOT"]
        signal.alarm(GIVE_UP_AFTER)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.argv = ["tutor", *order["args"]]
        sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode) for number, mode in ((0, "r"), (1, "w"), (2, "w")))
        cli.main()
        status = 0
    except SystemExit as e:
        status = e.code if isinstance(e.code, int) else int(bool(e.code))
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _text(file: t.IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


if __name__ == "__main__":
    serve()
