"""An emulated AWS account that takes its time, and keeps the time of each call."""

from __future__ import annotations

import contextlib
import threading
import time
import typing as t
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from unittest import mock

from tests.support.faults import call_of
from tutorcloudfront.sandbox import Sandbox
from tutorcloudfront.sandbox.kinds import DISTRIBUTION, KINDS

if t.TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: One for all hosts of the platforms that benchmarks make.
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
HOSTS = ("*.learn.example.com",)


@dataclass(frozen=True)
class Call:
    """When a call came in and when it was answered, in seconds."""

    operation: str
    begun: float
    ended: float


class Account:
    """What commands are run against, one after the other."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._calls: list[Call] = []
        self._lock = threading.Lock()
        #: Seconds that are added to each call.
        self.latency = 0.0
        sandbox.wrap = self._watched

    def empty(self) -> None:
        """Have nothing there but a certificate."""
        self._sandbox.reset()
        self._sandbox.add_certificate(CERTIFICATE, HOSTS)

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        return self._sandbox.environment(base)

    def take_calls(self) -> list[Call]:
        """Return the calls since this was last asked for."""
        with self._lock:
            calls, self._calls = self._calls, []
        return calls

    def _watched(self, application: WSGIApplication) -> WSGIApplication:
        def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            begun = time.perf_counter()
            operation = call_of(environ).operation
            time.sleep(self.latency)
            answer = list(application(environ, start_response))
            with self._lock:
                self._calls.append(Call(operation, begun, time.perf_counter()))
            return answer

        return wrapped


@contextlib.contextmanager
def account() -> Iterator[Account]:
    """Open an account in which distributions are deployed at once."""
    with Sandbox(deploy_seconds=0) as sandbox:
        yield Account(sandbox)


@contextlib.contextmanager
def quotas_raised() -> Iterator[None]:
    """Let an account have more policies than AWS allows without being asked."""
    with contextlib.ExitStack() as raised:
        for kind in (DISTRIBUTION, *KINDS):
            raised.enter_context(mock.patch.dict(vars(kind), quota=10_000))
        yield
