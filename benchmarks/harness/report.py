"""Rows → Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.harness.rows import Goal, Row

HEAD = ("What", "Figure", "Beside it", "Ratio", "Goal", "Met")


@dataclass(frozen=True)
class Section:
    """What a benchmark found; `text` begins with a line that is its heading."""

    text: str
    rows: Sequence[Row]

    def markdown(self) -> str:
        heading, _, text = self.text.strip().partition("\n")
        parts = [f"## {heading}", text.strip(), table(self.rows)]
        return "\n\n".join(part for part in parts if part)


def report(machine: Mapping[str, str], sections: Sequence[Section], seconds: float) -> str:
    """Return the whole report."""
    facts = "\n".join(f"- {name}: {value}" for name, value in machine.items())
    met = [row.met for section in sections for row in section.rows if row.met is not None]
    intro = (
        "# How fast it is\n\n"
        "Written by `make bench`. Ratios are of figures that were measured in turns, in one run; a figure is the median of "
        "its turns, and a ratio the median of the turns' ratios.\n\n"
        f"{facts}\n- Duration: {seconds:.0f} s\n- Goals met: {sum(met)} of {len(met)}"
    )
    return "\n\n".join([intro, *(section.markdown() for section in sections)]) + "\n"


def table(rows: Sequence[Row]) -> str:
    """Return rows as a table, with columns as wide as they need."""
    cells = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    beside = row.against
    if row.other is not None:
        beside += f": {number(row.other)} {row.unit}"
    ratio = "" if row.ratio is None else number(row.ratio)
    met = {None: "", True: "yes", False: "**no**"}[row.met]
    return row.name, f"{number(row.figure)} {row.unit}", beside, ratio, _goal(row.goal, row.unit), met


def _goal(goal: Goal | None, unit: str) -> str:
    if goal is None:
        return ""
    sign = "≥" if goal.at_least else "≤"
    return f"{sign} {number(goal.bound)}" + (f" {unit}" if goal.of == "figure" else "")


def number(value: float) -> str:
    """Return a number with three digits that count, and commas between thousands."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    text = f"{value:.3g}"
    return text if "e" not in text else f"{value:.5f}"
