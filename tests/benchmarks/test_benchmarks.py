"""The benchmarks run, and say what they found."""

from __future__ import annotations

import pytest

from benchmarks.harness import Effort, Row, figure_at_most, ratio_at_least
from benchmarks.harness.discovery import load, names
from benchmarks.harness.report import Section, table


@pytest.mark.parametrize("name", names())
def test_a_benchmark_runs_and_is_fit_to_print(name: str) -> None:
    benchmark = load(name)
    rows = list(benchmark.rows(Effort.TINY))
    assert rows
    assert Section(benchmark.text, rows).markdown().startswith(f"## {benchmark.text.splitlines()[0]}")


def test_a_comparison_is_the_median_of_its_turns() -> None:
    row = Row.compare("signing", [90.0, 80.0, 10.0], "1/s", "raw", [100.0, 100.0, 100.0], ratio_at_least(0.75))
    assert (row.figure, row.other, row.ratio, row.met) == (80.0, 100.0, 0.8, True)


def test_a_slow_turn_is_slow_for_both_sides() -> None:
    row = Row.compare("signing", [90.0, 9.0, 8.0], "1/s", "raw", [100.0, 10.0, 100.0])
    assert row.ratio == 0.9


def test_the_table_says_which_goals_are_not_met() -> None:
    rows = [Row("loading", 12.3456, "ms", goal=figure_at_most(10)), Row("calls", 1234567.0, "1/s")]
    assert table(rows).splitlines() == [
        "| What    | Figure        | Beside it | Ratio | Goal    | Met    |",
        "| ------- | ------------- | --------- | ----- | ------- | ------ |",
        "| loading | 12.3 ms       |           |       | ≤ 10 ms | **no** |",
        "| calls   | 1,234,567 1/s |           |       |         |        |",
    ]
