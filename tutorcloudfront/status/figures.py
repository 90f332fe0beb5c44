"""Numbers as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

BARS = "▁▂▃▄▅▆▇█"
#: For output whose encoding has no bars.
PLAIN_BARS = "_.:-=+*#"


def short(number: float, units: Sequence[str] = ("", "k", "M", "G", "T", "P")) -> str:
    """Return a number in three digits: `12.3k`."""
    for unit in units[:-1]:
        if number < 999.5:
            return f"{_three_digits(number)}{unit}"
        number /= 1000
    return f"{_three_digits(number)}{units[-1]}"


def size(number: float) -> str:
    """Return a number of bytes: `1.24 GB`."""
    return short(number, (" B", " kB", " MB", " GB", " TB", " PB"))


def per_cent(rate: float | None) -> str:
    """Return a rate: `93.1%`; very small ones are not nothing."""
    if rate is None:
        return "-"
    return "<0.1%" if 0 < rate < 0.05 else f"{rate:.1f}".removesuffix(".0") + "%"


def days_left(expires: datetime, now: datetime) -> int:
    return (expires - now).days


def sparkline(values: Sequence[float], bars: str = BARS) -> str:
    """Return values as bars of text, nothing being the lowest and the most being the highest."""
    top = max(values, default=0)
    if top <= 0:
        return bars[0] * len(values)
    # What is more than nothing is seen to be.
    return "".join(bars[max(round(value / top * (len(bars) - 1)), 1 if value > 0 else 0)] for value in values)


def _three_digits(number: float) -> str:
    digits = 0 if number >= 99.95 or number == int(number) else 1 if number >= 9.995 else 2
    return f"{number:.{digits}f}"
