"""Taking resources away, in the order that AWS demands: distributions off, idle, gone; then what they shared.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowToDeleteDistribution.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from tutor.exceptions import TutorError

from tutorcloudfront.aws.client import PARALLEL, Aws
from tutorcloudfront.aws.kinds import KINDS, Existing
from tutorcloudfront.aws.kinds.distribution import DISTRIBUTION
from tutorcloudfront.aws.kinds.lambda_function import LAMBDA_FUNCTION
from tutorcloudfront.aws.kinds.role import ROLE
from tutorcloudfront.reconcile.apply import Interrupted, Result
from tutorcloudfront.reconcile.plan import Change
from tutorcloudfront.resources.resource import Ref

#: Kinds that other kinds need, so that they go after these, in this order.
NEEDED = ("public_key", "secret", "role")
#: What goes before the distributions, by which it is found.
FOUND_BY_DISTRIBUTIONS = "bucket_policy"


class Removal:
    """Deletes resources stage by stage. Running it again goes on where it was stopped.

    `report` is told of each resource once: deleted, or why not. `wait` returns when the distributions with the given
    ids are deployed, which AWS demands even of disabled ones, or are gone.
    """

    def __init__(
        self, aws: Aws, prefix: str, report: Callable[[Result], None], wait: Callable[[Sequence[str]], None]
    ) -> None:
        self._aws = aws
        self._prefix = prefix
        self._report = report
        self._wait = wait
        self.results: list[Result] = []

    def remove(self, changes: Sequence[Change]) -> list[Result]:
        """Delete what the changes speak of; returns a result for each.

        Raises:
            Interrupted: by Ctrl-C, once the calls under way have ended.
        """
        distributions = [change for change in changes if change.resource.kind == DISTRIBUTION.name]
        rest = [change for change in changes if change.resource.kind != DISTRIBUTION.name]
        policies = [change for change in rest if change.resource.kind == FOUND_BY_DISTRIBUTIONS]
        shared = [change for change in rest if change.resource.kind not in (*NEEDED, FOUND_BY_DISTRIBUTIONS)]
        try:
            idle = self._each(distributions, self._disable, final=False)
            if idle:
                self._wait([change.existing.id for change in idle if change.existing])
            self._each(policies, self._delete)
            self._each(idle, self._delete)
            self._each(shared, self._delete)
            for kind in NEEDED:
                self._each([change for change in rest if change.resource.kind == kind], self._delete_needed)
        except KeyboardInterrupt:
            raise Interrupted(self.results) from None
        return self.results

    def _each(self, changes: Sequence[Change], step: Callable[[Existing], None], *, final: bool = True) -> list[Change]:
        """Take a step with each, side by side; return those with which it went well."""
        done = []
        with ThreadPoolExecutor(PARALLEL) as pool:
            try:
                for future in as_completed([pool.submit(_attempt, change, step) for change in changes]):
                    result = future.result()
                    if result.error or final:
                        self.results.append(result)
                        self._report(result)
                    if not result.error:
                        done.append(result.change)
            except KeyboardInterrupt:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        return done

    def _disable(self, existing: Existing) -> None:
        DISTRIBUTION.disable(self._aws, existing, self._prefix)

    def _delete_needed(self, existing: Existing) -> None:
        """Delete what others need, unless they are still there."""
        left = {result.change.ref for result in self.results if result.error}
        if existing.kind == ROLE.name and Ref(LAMBDA_FUNCTION.name, existing.name) in left:
            raise TutorError("not done: its function is still there")
        self._delete(existing)

    def _delete(self, existing: Existing) -> None:
        KINDS[existing.kind].delete(self._aws, existing)


def _attempt(change: Change, step: Callable[[Existing], None]) -> Result:
    started = time.monotonic()
    try:
        if change.existing:
            step(change.existing)
    except TutorError as e:
        return Result(change, change.existing, str(e), time.monotonic() - started)
    return Result(change, change.existing, "", time.monotonic() - started)
