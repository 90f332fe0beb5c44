"""What benchmarks are made of."""

from __future__ import annotations

from benchmarks.harness.effort import Effort
from benchmarks.harness.measure import rates_of, turns
from benchmarks.harness.rows import Goal, Row, figure_at_least, figure_at_most, ratio_at_least, ratio_at_most

__all__ = [
    "Effort",
    "Goal",
    "Row",
    "figure_at_least",
    "figure_at_most",
    "rates_of",
    "ratio_at_least",
    "ratio_at_most",
    "turns",
]
