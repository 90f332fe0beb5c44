"""Running a command and seeing what it takes."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A command that has ended: how long it took, how much of that the processor was at work for it, what it said."""

    seconds: float
    cpu: float
    output: str


def run(command: Sequence[str | Path], environment: Mapping[str, str], statuses: Sequence[int] = (0,)) -> Process:
    """Run a command to its end, with all that it says in `output`.

    Raises:
        RuntimeError: it ended with another exit status than those.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        started = time.perf_counter()
        with subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        ) as process:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode not in statuses:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit status {process.returncode}\n{text}")
    return Process(seconds, usage.ru_utime + usage.ru_stime, text)
