"""Asking CloudFront for invalidations, in parts that it takes, and waiting for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from hashlib import sha256

from tutor.exceptions import TutorError

from tutorcloudfront.aws.client import PARALLEL, Answer, Aws
from tutorcloudfront.aws.errors import AwsError
from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.aws.kinds.distribution import DISTRIBUTION, tags_of
from tutorcloudfront.reconcile.wait import pauses
from tutorcloudfront.resources.distributions import caller_reference
from tutorcloudfront.resources.tags import PREFIX_TAG

COMPLETED = "Completed"
#: For how long the same request is taken for a repetition.
WINDOW_MINUTES = 10
#: An answer that tells of an invalidation this much older than itself tells of one that was made before.
OLD = timedelta(seconds=1)
BUSY = "TooManyInvalidationsInProgress"


@dataclass(frozen=True)
class Request:
    """A part of what a distribution is to forget. CloudFront makes one invalidation of a reference, however often."""

    site: str
    distribution: Existing
    paths: tuple[str, ...]
    reference: str


@dataclass(frozen=True)
class Outcome:
    """What became of a request; `repeated` when it had been made before."""

    request: Request
    id: str = ""
    status: str = ""
    created: datetime | None = None
    repeated: bool = False
    error: str = ""

    @property
    def is_running(self) -> bool:
        return not self.error and self.status != COMPLETED


def reference_of(distribution: str, paths: Iterable[str], images: str, now: datetime, *, again: bool = False) -> str:
    """Return what identifies a request: distribution, paths, the platform's images, and ten minutes of the clock.

    So a retry, a run after a kill and a second one beside this make one invalidation, and are paid for once. An image
    of another name, ten minutes, or `again` make it another request.
    """
    window = str(now.timestamp()) if again else str(int(now.timestamp() // (WINDOW_MINUTES * 60)))
    digest = sha256("\n".join([distribution, images, *paths]).encode()).hexdigest()[:32]
    return f"tutor-contrib-cloudfront/{digest}/{window}"


class Run:
    """Invalidations for several distributions side by side; for each of them one part after the other.

    What fails for one distribution stops no other.
    """

    def __init__(self, aws: Aws, requests: Sequence[Request], prefix: str, *, wait: bool) -> None:
        self.total = len(requests)
        self._wait = wait
        by_id: dict[str, list[Request]] = {}
        for request in requests:
            by_id.setdefault(request.distribution.id, []).append(request)
        self._queues = [_Queue(aws, prefix, queued) for queued in by_id.values()]

    @property
    def is_done(self) -> bool:
        """Whether all has been asked for and, where that is wanted, has been done."""
        return all(not queue.left and not (self._wait and queue.is_running) for queue in self._queues)

    @property
    def is_held_up(self) -> bool:
        """Whether CloudFront is busy with as many other invalidations as it takes."""
        return any(queue.held_up for queue in self._queues)

    @property
    def outcomes(self) -> list[Outcome]:
        return [outcome for queue in self._queues for outcome in queue.outcomes]

    @property
    def ended(self) -> int:
        return sum(not outcome.is_running for outcome in self.outcomes)

    def step(self) -> None:
        """Look after what is in progress, and ask for what comes next."""
        with ThreadPoolExecutor(PARALLEL) as pool:
            list(pool.map(_Queue.step, self._queues))

    def go_on(self, report: Callable[[int], None], sleep: Callable[[float], None] = time.sleep) -> None:
        """Step until all is done, ever less often; `report` gets how many parts have ended.

        Raises:
            TutorError: nothing has come to an end within an hour.
        """
        pausing = pauses()
        while not self.is_done:
            pause = next(pausing, None)
            if pause is None:
                raise TutorError(
                    "CloudFront has not come to an end with any invalidation within an hour. Look at them in its console."
                )
            sleep(pause)
            before = self.ended
            self.step()
            report(self.ended)
            if self.ended > before:
                pausing = pauses()


@dataclass
class _Queue:
    """The requests for one distribution: each is made when CloudFront is done with the one before."""

    aws: Aws
    prefix: str
    left: list[Request]
    outcomes: list[Outcome] = field(default_factory=list)
    held_up: bool = False

    @property
    def is_running(self) -> bool:
        return bool(self.outcomes) and self.outcomes[-1].is_running

    def step(self) -> None:
        try:
            if self.is_running:
                self._look()
            elif not self.outcomes and self.left:
                self._confirm(self.left[0])
            if self.left and not self.is_running:
                self._begin()
        except AwsError as e:
            self._fail(e)

    def _confirm(self, request: Request) -> None:
        """Make sure that the distribution is this platform's: others' visitors and bills are none of its business."""
        tagged = tags_of(self.aws, request.distribution).get(PREFIX_TAG) == self.prefix
        reference = caller_reference(self.prefix, request.site)
        if not tagged and not DISTRIBUTION.has_reference(self.aws, request.distribution, reference):
            raise AwsError(
                f"Distribution {request.distribution.id} does not carry the tag {PREFIX_TAG}={self.prefix} any more, "
                "so nothing of it is invalidated. Run this again to look anew.",
                "ForeignResource",
            )

    def _begin(self) -> None:
        request = self.left[0]
        try:
            answer = self.aws.cloudfront(
                "CreateInvalidation",
                DistributionId=request.distribution.id,
                InvalidationBatch={"CallerReference": request.reference, "Paths": {"Items": list(request.paths)}},
            )
        except AwsError as e:
            if e.code != BUSY:
                raise
            self.held_up = True
            return
        self.held_up = False
        del self.left[0]
        self.outcomes.append(_outcome(request, answer))

    def _look(self) -> None:
        last = self.outcomes[-1]
        answer = self.aws.cloudfront("GetInvalidation", DistributionId=last.request.distribution.id, Id=last.id)
        self.outcomes[-1] = replace(last, status=answer["Invalidation"]["Status"])

    def _fail(self, error: AwsError) -> None:
        if self.is_running:
            self.outcomes[-1] = replace(self.outcomes[-1], error=str(error))
        self.outcomes += [Outcome(request, error=str(error)) for request in self.left]
        self.left.clear()


def _outcome(request: Request, answer: Answer) -> Outcome:
    made = answer["Invalidation"]
    date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    # By AWS's clock alone, since this machine's may be wrong.
    answered = parsedate_to_datetime(date) if date else datetime.now(timezone.utc)
    repeated = answered - made["CreateTime"] > OLD
    return Outcome(request, made["Id"], made["Status"], made["CreateTime"], repeated)
