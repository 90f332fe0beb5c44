"""Carrying out a plan: what is independent side by side, what needs something else after it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from graphlib import TopologicalSorter

from tutor.exceptions import TutorError

from tutorcloudfront.aws.client import PARALLEL, Aws
from tutorcloudfront.aws.kinds import KINDS, Existing
from tutorcloudfront.reconcile.plan import Change, Plan
from tutorcloudfront.resources.resource import Ref


@dataclass(frozen=True)
class Result:
    """What became of a change: the resource as it is now, or why it is not as it should be.

    `seconds` is how long it took, 0 for what was not begun.
    """

    change: Change
    existing: Existing | None
    error: str = ""
    seconds: float = 0.0


class Interrupted(TutorError):
    """Somebody pressed Ctrl-C; `results` are of what was done until then."""

    def __init__(self, results: list[Result]) -> None:
        super().__init__("Interrupted. Run this again: it goes on from here.")
        self.results = results


def apply_plan(aws: Aws, plan: Plan, report: Callable[[Result], None]) -> list[Result]:
    """Create and update as planned, and return a result for each such change, in the order in which they ended.

    A failure stops what needs the failed resource and nothing else. `report` is called in the calling thread.

    Raises:
        Interrupted: by Ctrl-C, once the calls under way have ended.
    """
    run = _Run(aws, plan, report)
    with ThreadPoolExecutor(PARALLEL) as pool:
        try:
            run.start(pool)
        except KeyboardInterrupt:
            pool.shutdown(wait=True, cancel_futures=True)
            run.collect()
            raise Interrupted(run.finished) from None
    return run.finished


class _Run:
    def __init__(self, aws: Aws, plan: Plan, report: Callable[[Result], None]) -> None:
        self._aws = aws
        self._report = report
        self._changes = {change.ref: change for change in plan.of("create", "update")}
        self._order = TopologicalSorter(
            {ref: change.resource.refs & self._changes.keys() for ref, change in self._changes.items()}
        )
        self._running: dict[Future[Result], Ref] = {}
        self._ids = {change.ref: change.existing.reference for change in plan.changes if change.existing}
        self._failed: set[Ref] = set()
        self.finished: list[Result] = []

    def start(self, pool: ThreadPoolExecutor) -> None:
        """Carry out everything, each thing as soon as what it needs is there."""
        self._order.prepare()
        while self._order.is_active():
            for ref in self._order.get_ready():
                self._running[pool.submit(self._carry_out, self._changes[ref])] = ref
            wait(self._running, return_when=FIRST_COMPLETED)
            self.collect()

    def collect(self) -> None:
        """Take in the results that are there."""
        for future in [future for future in self._running if future.done()]:
            ref = self._running.pop(future)
            if not future.cancelled():
                self._note(ref, future.result())
                self._order.done(ref)

    def _note(self, ref: Ref, result: Result) -> None:
        self.finished.append(result)
        if result.error:
            self._failed.add(ref)
        elif result.existing:
            self._ids[ref] = result.existing.reference
        self._report(result)

    def _carry_out(self, change: Change) -> Result:
        if missing := sorted(ref.name for ref in change.resource.refs if ref in self._failed):
            return Result(change, change.existing, f"not done: it needs {', '.join(missing)}")
        started = time.monotonic()
        try:
            existing, error = self._done(change), ""
        except TutorError as e:
            existing, error = change.existing, str(e)
        return Result(change, existing, error, time.monotonic() - started)

    def _done(self, change: Change) -> Existing | None:
        kind, resource = KINDS[change.resource.kind], change.resource.with_ids(self._ids)
        if change.action == "create":
            return kind.create(self._aws, resource)
        if change.action == "update" and change.existing:
            return kind.update(self._aws, resource, change.existing)
        return change.existing
