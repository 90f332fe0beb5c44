"""What the plugin adds to other `tutor` commands

`tutor config printvalue LMS_HOST` in fresh interpreters, with this plugin enabled and without. Both need the processor all
the time, so processor time is what is compared. Below it, how much of that is the import of modules that are not there
without the plugin, as `python -X importtime` tells, at its best.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

from benchmarks.harness import Effort, Row, figure_at_most, turns
from benchmarks.harness.process import Process, run
from benchmarks.harness.project import project
from tests.support.project import TUTOR, Project

COMMAND = (TUTOR, "config", "printvalue", "LMS_HOST")
GOAL_MS = 10


def rows(effort: Effort) -> Iterable[Row]:
    with project(PLUGINS=["cloudfront"]) as with_it, project(PLUGINS=[]) as without:
        sides = {"with": lambda: _command(with_it), "without": lambda: _command(without)}
        turns(sides, 1)  # the first has the bytecode written
        runs = turns(sides, effort.pick(1, 8, 60))
        best = {side: min(run.cpu for run in of_side) * 1000 for side, of_side in runs.items()}
        ratio = best["with"] / best["without"]
        yield Row("a command", best["with"], "ms", "without the plugin", best["without"], ratio)
        yield Row("what is added", best["with"] - best["without"], "ms", goal=figure_at_most(GOAL_MS))
        imports = [_imports(with_it, without) for _ in range(effort.pick(1, 1, 9))]
        yield Row("imports", min(milliseconds for milliseconds, _ in imports), "ms")
        yield Row("imported", imports[0][1], "modules")


def _command(project: Project) -> Process:
    return run(COMMAND, project.environment())


def _imports(with_it: Project, without: Project) -> tuple[float, int]:
    """Return the milliseconds and the number of the imports that there are only with the plugin."""
    more, less = _import_times(with_it), _import_times(without)
    only = [microseconds for module, microseconds in more.items() if module not in less]
    return sum(only) / 1000, len(only)


def _import_times(project: Project) -> dict[str, int]:
    """Return the microseconds that each module's own code took, without that of others which it imports."""
    told = run((sys.executable, "-X", "importtime", *COMMAND), project.environment()).output
    return {name: int(own) for own, name in re.findall(r"^import time: +(\d+) \| +\d+ \| +(\S+)$", told, re.MULTILINE)}
