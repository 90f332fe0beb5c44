"""Finding the benchmarks."""

from __future__ import annotations

import importlib
import pkgutil
import typing as t
from collections.abc import Callable, Iterable

import benchmarks
from benchmarks.harness.effort import Effort
from benchmarks.harness.rows import Row


class Benchmark(t.NamedTuple):
    """A module of this folder; see the docstring of `benchmarks`."""

    name: str
    text: str
    rows: Callable[[Effort], Iterable[Row]]


def names() -> list[str]:
    """Return the names of all benchmarks."""
    found = (module for module in pkgutil.iter_modules(benchmarks.__path__) if not module.ispkg)
    return sorted(module.name for module in found if not module.name.startswith("_"))


def load(name: str) -> Benchmark:
    """Import a benchmark."""
    module = importlib.import_module(f"benchmarks.{name}")
    return Benchmark(name, module.__doc__ or name, module.rows)
