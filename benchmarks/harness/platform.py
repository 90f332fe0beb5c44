"""Platforms with as many sites as one likes."""

from __future__ import annotations

import contextlib
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.harness.account import CERTIFICATE, Account, Call
from benchmarks.harness.process import Process, run
from benchmarks.harness.project import project
from tests.support.project import TUTOR, Project


@dataclass(frozen=True)
class Run:
    """A command, or several one after the other, and the calls that they made."""

    processes: tuple[Process, ...]
    calls: tuple[Call, ...]

    @property
    def seconds(self) -> float:
        return sum(process.seconds for process in self.processes)

    @property
    def cpu(self) -> float:
        return sum(process.cpu for process in self.processes)

    @property
    def aws_seconds(self) -> float:
        """The time from the first call to the last answer."""
        return max(call.ended for call in self.calls) - min(call.begun for call in self.calls)

    @property
    def rounds(self) -> int:
        """How many calls came one after the other: the longest chain of which each began after the one before."""
        depths: list[tuple[float, int]] = []
        for call in sorted(self.calls, key=lambda call: call.begun):
            depths.append((call.ended, 1 + max((depth for ended, depth in depths if ended < call.begun), default=0)))
        return max(depth for _, depth in depths)


class Platform:
    """A Tutor project with some number of sites, and the account that its commands reach."""

    def __init__(self, project: Project, account: Account) -> None:
        self._project = project
        self._account = account
        self._config = project.config_path.read_bytes()
        self.environment = account.environment(project.environment())

    def begin_anew(self) -> None:
        """Have nothing created, and nothing saved."""
        self._account.empty()
        self._project.config_path.write_bytes(self._config)

    def run(self, *commands: tuple[str, ...]) -> Run:
        """Run commands one after the other, `tutor` being the one that is measured."""
        self._account.take_calls()
        processes = tuple(
            run((TUTOR if name == "tutor" else name, *rest), self.environment) for name, *rest in commands
        )
        return Run(processes, tuple(self._account.take_calls()))


@contextlib.contextmanager
def platform(account: Account, sites: int) -> Iterator[Platform]:
    """Make a platform with LMS, Studio and further hosts, as many sites in all."""
    with project(PLUGINS=["cloudfront"], CLOUDFRONT_EXTRA_DOMAINS=[extra(i) for i in range(sites - 2)]) as made:
        yield Platform(made, account)


def extra(number: int) -> dict[str, t.Any]:
    host = f"site-{number}.learn.example.com"
    return {"domain": host, "alias": f"origin-{host}", "certificate_arn": CERTIFICATE}
