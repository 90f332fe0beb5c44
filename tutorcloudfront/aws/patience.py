"""Calls that AWS refuses for a moment only."""

from __future__ import annotations

import time
import typing as t
from collections.abc import Callable

from tutorcloudfront.aws.errors import AwsError

T = t.TypeVar("T")

#: Seconds: the first is soon over, and each pause is twice as long as the one before.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 5.0


def patiently(call: Callable[[], T], passes: Callable[[AwsError], bool], seconds: float) -> T:
    """Make a call again and again for as long as its error is one that passes by itself.

    Raises:
        AwsError: another error, or still that one after so many seconds.
    """
    end, pause = time.monotonic() + seconds, FIRST_PAUSE
    while True:
        try:
            return call()
        except AwsError as e:
            if not passes(e) or time.monotonic() > end:
                raise
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
