"""Measuring several things in turns.

Processor time is what counts where nothing is waited for: other programs on the machine add less to it than to time.
"""

from __future__ import annotations

import gc
import time
import typing as t
from collections.abc import Callable, Mapping
from functools import partial

from benchmarks.harness.effort import Effort

T = t.TypeVar("T")


def turns(sides: Mapping[str, Callable[[], T]], number: int) -> dict[str, list[T]]:
    """Call each side in turn, `number` times, every other time in reverse order; return what they returned."""
    results: dict[str, list[T]] = {name: [] for name in sides}
    for turn in range(number):
        for name in list(sides)[:: -1 if turn % 2 else 1]:
            results[name].append(sides[name]())
    return results


def rates_of(sides: Mapping[str, Callable[[], object]], effort: Effort) -> dict[str, list[float]]:
    """Return how often each function can be called in a second of processor time, turn by turn."""
    seconds = effort.pick(0.001, 0.02, 0.05)
    rates = {name: partial(_rate, function, _batch(function, seconds)) for name, function in sides.items()}
    return turns(rates, effort.pick(2, 11, 41))


def _batch(function: Callable[[], object], seconds: float) -> int:
    """Return how many calls take about so long."""
    number = 1
    while (taken := _seconds(function, number)) < seconds:
        number = max(number * 2, int(number * seconds / max(taken, 1e-9)))
    return number


def _rate(function: Callable[[], object], number: int) -> float:
    return number / _seconds(function, number)


def _seconds(function: Callable[[], object], number: int) -> float:
    calls = range(number)
    gc.collect()
    gc.disable()
    try:
        started = time.process_time()
        for _ in calls:
            function()
        return time.process_time() - started
    finally:
        gc.enable()
