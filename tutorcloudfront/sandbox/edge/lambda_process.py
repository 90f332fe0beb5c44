"""Processes that run Lambda functions, kept warm from one event to the next as Lambda keeps its environments.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import typing as t
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutorcloudfront.sandbox.edge.restrictions import Log
from tutorcloudfront.sandbox.neighbours import PublishedLambda
from tutorcloudfront.sandbox.surroundings import REGION, environment

WORKER = Path(__file__).with_name("lambda_worker.py")
#: What Lambda's runtime for Python has besides the standard library.
PROVIDED = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
#: Events that one version of a function handles at the same time; what comes in addition waits.
MAX_PROCESSES = 4
#: Lambda's own limit is 10, on machines that are not busy with tests.
START_SECONDS = 30.0


class Crashed(Exception):
    """A function that raised, that cannot be imported, or whose process has ended."""


class TimedOut(Exception):
    """A function that took longer than it may."""


class Processes:
    """Runs functions in processes of their own, until it is closed. Threads may share it.

    :param endpoint: the URL of the emulated account, which is all that a function's AWS clients ever get to see.
    :param log: gets what functions print, line by line.
    """

    def __init__(self, endpoint: str, log: Log | None = None) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._homes: dict[tuple[str, str, str], _Home] = {}
        self._busy: set[_Process] = set()
        self._folder = Path(tempfile.mkdtemp(prefix="cloudfront-edge-"))
        self._environment = _environment(endpoint, self._folder)
        self._closed = False

    def invoke(self, function: PublishedLambda, event: t.Any, seconds: float, request_id: str) -> str:
        """Return the JSON of what a function makes of an event; raises `Crashed` and `TimedOut`."""
        home = self._home(function)
        with home.places:
            process = self._take(home)
            try:
                answer = process.exchange({"event": event, "id": request_id, "seconds": seconds}, seconds)
            except (Crashed, TimedOut):
                self._drop(process)
                raise
            with self._lock:
                self._busy.discard(process)
                home.idle.append(process)
        return _result(answer)

    def close(self) -> None:
        """End all processes, those included that are at work."""
        with self._lock:
            self._closed = True
            processes = [*self._busy, *(process for home in self._homes.values() for process in home.idle)]
            self._homes.clear()
        for process in processes:
            process.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _home(self, function: PublishedLambda) -> _Home:
        # The digest, since an account that was emptied may have another function under the same name.
        key = (function.arn, function.digest, function.handler)
        with self._lock:
            self._check_open()
            if key not in self._homes:
                folder = self._folder / str(len(self._homes))
                self._homes[key] = _Home(_command(function, folder), {**self._environment, **_about(function, folder)})
                try:
                    zipfile.ZipFile(io.BytesIO(function.code)).extractall(folder)
                except (zipfile.BadZipFile, OSError) as error:
                    del self._homes[key]
                    raise Crashed(f"The code is no zip that can be read: {error}") from error
            return self._homes[key]

    def _take(self, home: _Home) -> _Process:
        with self._lock:
            self._check_open()
            process = home.idle.pop() if home.idle else None
            fresh = process is None
            if process is None:
                process = _Process(home.command, home.environment, self._log)
            self._busy.add(process)
        if fresh:
            try:
                _result(process.exchange(None, START_SECONDS))
            except (Crashed, TimedOut):
                self._drop(process)
                raise
        return process

    def _drop(self, process: _Process) -> None:
        with self._lock:
            self._busy.discard(process)
        process.close()

    def _check_open(self) -> None:
        if self._closed:
            raise Crashed("The edge has been closed.")


@dataclass
class _Home:
    """A version of a function: how it is started, and its processes that wait for an event."""

    command: list[str]
    environment: Mapping[str, str]
    idle: list[_Process] = field(default_factory=list)
    places: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(MAX_PROCESSES))


class _Process:
    """One process with the function imported, and one line to and from it for each event."""

    def __init__(self, command: list[str], environment: Mapping[str, str], log: Log | None) -> None:
        # A session of its own: Ctrl-C is for the sandbox, which then ends its functions.
        self._process = subprocess.Popen(  # noqa: S603
            command,
            env=environment,
            cwd=environment["LAMBDA_TASK_ROOT"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._expired = False
        self._reader = threading.Thread(target=self._read_log, args=(log,), daemon=True)
        self._reader.start()

    def exchange(self, message: t.Any, seconds: float) -> dict[str, t.Any]:
        """Send a message, if there is one, and return the answer."""
        stdin, stdout = t.cast("t.IO[bytes]", self._process.stdin), t.cast("t.IO[bytes]", self._process.stdout)
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        line = b""
        try:
            if message is not None:
                stdin.write(json.dumps(message).encode() + b"\n")
                stdin.flush()
            line = stdout.readline()
        except (OSError, ValueError):
            pass  # The process has ended, and there is no answer.
        finally:
            timer.cancel()
        if self._expired:
            raise TimedOut(f"The function took longer than {seconds:g} seconds.")
        if not line.endswith(b"\n"):
            raise Crashed("The function's process ended before it had answered.")
        return t.cast("dict[str, t.Any]", json.loads(line))

    def close(self) -> None:
        self._kill()
        self._process.wait()
        self._reader.join(timeout=1)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):
                t.cast("t.IO[bytes]", stream).close()

    def _expire(self) -> None:
        self._expired = True
        self._kill()

    def _kill(self) -> None:
        # With the processes that the function has started.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _read_log(self, log: Log | None) -> None:
        with contextlib.suppress(ValueError, OSError):
            for line in t.cast("t.IO[bytes]", self._process.stderr):
                if log:
                    log(line.decode(errors="replace").rstrip("\n"))


def _result(answer: Mapping[str, str]) -> str:
    if "error" in answer:
        raise Crashed(answer["error"])
    return answer["result"]


def _command(function: PublishedLambda, folder: Path) -> list[str]:
    setup = {
        "arn": function.arn,
        "handler": function.handler,
        "memory": function.memory,
        "code": str(folder),
        "provided": _provided(),
    }
    # Without the caller's environment (-I), without what is installed beside us (-S), and printing at once (-u).
    return [sys.executable, "-I", "-S", "-u", str(WORKER), json.dumps(setup)]


def _provided() -> dict[str, str]:
    """Return the folders that have the packages of Lambda's runtime."""
    folders = {}
    for name in PROVIDED:
        spec = importlib.util.find_spec(name)
        if spec and spec.origin:
            origin = Path(spec.origin)
            folders[name] = str(origin.parent.parent if spec.submodule_search_locations else origin.parent)
    return folders


def _environment(endpoint: str, folder: Path) -> dict[str, str]:
    """Return the variables that all functions have; nothing of the caller's environment is among them."""
    aws = folder / "aws"
    aws.mkdir(mode=0o700)
    return {
        **environment({}, endpoint, aws, ()),
        "AWS_SESSION_TOKEN": "sandbox",
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TZ": "UTC",
    }


def _about(function: PublishedLambda, folder: Path) -> dict[str, str]:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime"""
    folder.mkdir(exist_ok=True)
    name, version = function.arn.split(":")[-2:]
    return {
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_NAME": f"{REGION}.{name}",
        "AWS_LAMBDA_FUNCTION_VERSION": version,
        "LAMBDA_TASK_ROOT": str(folder),
        "_HANDLER": function.handler,
    }
