"""Waiting until distributions are deployed, which takes CloudFront some minutes."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator

from tutor.exceptions import TutorError

from tutorcloudfront.aws.client import Aws
from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.aws.kinds.distribution import DISTRIBUTION

FIRST_WAIT = 2.0
LONGEST_WAIT = 20.0
#: CloudFront takes about five minutes.
GIVE_UP_AFTER = 3600.0
DEPLOYED = "Deployed"


def wait_until_deployed(
    aws: Aws,
    ids: Collection[str],
    report: Callable[[dict[str, Existing]], None],
    sleep: Callable[[float], None] = time.sleep,
    *,
    may_be_gone: bool = False,
) -> dict[str, Existing]:
    """Ask again and again, ever less often, with one list for all distributions.

    `report` gets the distributions by id as they are after each look; those of the last look are returned. A list may not
    show yet what has just been made; where they have been there for long, those that it does not show `may_be_gone`, which
    another run has deleted.

    Raises:
        AwsError: the list could not be had.
        TutorError: it takes more than an hour.
    """
    for pause in pauses():
        sleep(pause)
        existing = {item.id: item for item in DISTRIBUTION.list(aws) if item.id in ids}
        report(existing)
        are_all = may_be_gone or len(existing) == len(ids)
        if are_all and all(item.status == DEPLOYED for item in existing.values()):
            return existing
    raise TutorError(
        "CloudFront has not deployed everything within an hour. Look at the distributions in its console, and run "
        "this again to wait on."
    )


def pauses() -> Iterator[float]:
    """Yield how long to wait before each look, for an hour."""
    pause, waited = FIRST_WAIT, 0.0
    while waited < GIVE_UP_AFTER:
        yield pause
        waited += pause
        pause = min(pause * 1.3, LONGEST_WAIT)
