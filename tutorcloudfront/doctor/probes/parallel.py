"""Looks that need nothing of each other, side by side."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor

K = t.TypeVar("K", bound=Hashable)
V = t.TypeVar("V")

#: Most looks wait for somebody else's server all the time.
PARALLEL = 32


def side_by_side(jobs: Mapping[K, Callable[[], V]], at_a_time: int = PARALLEL) -> dict[K, V]:
    """Do all jobs, so many at a time, and return what each returned."""
    if not jobs:
        return {}
    with ThreadPoolExecutor(min(at_a_time, len(jobs))) as pool:
        futures = {key: pool.submit(job) for key, job in jobs.items()}
        try:
            return {key: future.result() for key, future in futures.items()}
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
