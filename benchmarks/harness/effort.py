"""How much is measured."""

from __future__ import annotations

import enum
import typing as t

T = t.TypeVar("T")


class Effort(enum.Enum):
    """Tiny shows that a benchmark runs, quick what it comes to, full what to believe."""

    TINY = 0
    QUICK = 1
    FULL = 2

    def pick(self, tiny: T, quick: T, full: T) -> T:
        """Return what there is for this effort: `turns = effort.pick(1, 5, 25)`."""
        return (tiny, quick, full)[self.value]
