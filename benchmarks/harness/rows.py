"""The lines of the report."""

from __future__ import annotations

import typing as t
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Goal:
    """What a figure, or its ratio to the other one, should be at least or at most."""

    of: t.Literal["figure", "ratio"]
    bound: float
    at_least: bool

    def is_met(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound


def ratio_at_least(bound: float) -> Goal:
    return Goal("ratio", bound, at_least=True)


def ratio_at_most(bound: float) -> Goal:
    return Goal("ratio", bound, at_least=False)


def figure_at_least(bound: float) -> Goal:
    return Goal("figure", bound, at_least=True)


def figure_at_most(bound: float) -> Goal:
    return Goal("figure", bound, at_least=False)


@dataclass(frozen=True)
class Row:
    """A figure, what it is compared with (in the same unit), and what it should be."""

    name: str
    figure: float
    unit: str
    against: str = ""
    other: float | None = None
    ratio: float | None = None
    goal: Goal | None = None

    @classmethod
    def compare(
        cls,
        name: str,
        figures: Sequence[float],
        unit: str,
        against: str,
        others: Sequence[float],
        goal: Goal | None = None,
    ) -> Row:
        """Return the row of what was measured turn by turn: medians, and the median of the turns' ratios."""
        ratio = median(figure / other for figure, other in zip(figures, others, strict=True))
        return cls(name, median(figures), unit, against, median(others), ratio, goal)

    @property
    def met(self) -> bool | None:
        """Whether the goal is met, `None` where there is none."""
        if self.goal is None:
            return None
        value = self.figure if self.goal.of == "figure" else self.ratio
        return value is not None and self.goal.is_met(value)
