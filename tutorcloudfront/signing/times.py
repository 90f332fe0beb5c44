"""The time in which a signature is good, in epoch seconds."""

from __future__ import annotations

import datetime

from tutorcloudfront.signing.errors import TimeError

Time = datetime.datetime | int

#: CloudFront's times are 32-bit integers.
MAX_TIME = 2**31 - 1
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
SECOND = datetime.timedelta(seconds=1)


def window(expires: Time, starts: Time | None) -> tuple[int, int | None]:
    """Return the end and the beginning of a window of time that CloudFront takes."""
    end = _seconds(expires, "expires")
    if starts is None:
        return end, None
    beginning = _seconds(starts, "starts")
    if beginning >= end:
        raise TimeError("starts must be before expires")
    return end, beginning


def check_future(expires: int, now: float) -> None:
    if expires <= now:
        raise TimeError(f"expires must be in the future, and was {int(now) - expires} seconds ago")


def _seconds(time: Time, what: str) -> int:
    if type(time) is not int:
        time = _of_datetime(time, what)
    if not 0 <= time <= MAX_TIME:
        raise TimeError(f"{what} must be between 1970-01-01 and 2038-01-19, where CloudFront's times end")
    return time


def _of_datetime(time: Time, what: str) -> int:
    if not isinstance(time, datetime.datetime):
        raise TimeError(f"{what} must be a datetime with a time zone, or epoch seconds as a whole number")
    if time.utcoffset() is None:
        raise TimeError(f"{what} must have a time zone: datetime.now(timezone.utc) has one, datetime.now() has none")
    # Whole seconds are what policies have. Rounded down, nothing lasts longer than was asked for.
    return (time - EPOCH) // SECOND
