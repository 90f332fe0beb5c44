"""The benchmarks run, and say what they found."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.harness import Effort, Row, competitors, figure_at_most, ratio_at_least
from benchmarks.harness.account import Call
from benchmarks.harness.discovery import load, names
from benchmarks.harness.platform import Run
from benchmarks.harness.report import Section, report, table


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


def test_the_report_counts_the_goals_that_are_met() -> None:
    rows = [
        Row("loading", 12.0, "ms", goal=figure_at_most(10)),
        Row("calls", 6.0, "calls", goal=figure_at_most(6)),
        Row("time", 1.0, "s"),
    ]
    text = report({"Python": "3.12"}, [Section("Plugin\n\nHow it was measured.", rows)], 61.4)
    assert (
        "- Python: 3.12\n- Duration: 61 s\n- Goals met: 1 of 2\n\n## Plugin\n\nHow it was measured.\n\n| What" in text
    )


def test_rounds_are_calls_that_waited_for_each_other() -> None:
    lists = [Call("ListDistributions", 0.0, 0.2), Call("ListFunctions", 0.1, 0.3)]
    creates = [Call("CreateFunction", 0.35, 0.5), Call("CreateCachePolicy", 0.25, 0.5)]
    run = Run((), (*creates, *lists, Call("PublishFunction", 0.6, 0.7)))
    assert run.rounds == 3
    assert run.aws_seconds == pytest.approx(0.7)


def test_a_program_that_cannot_be_installed_is_told_of_and_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(competitors, "FOLDER", tmp_path)
    monkeypatch.setitem(competitors.REQUIREMENTS, "other", ("./no-such-file.whl",))
    for _ in range(2):
        assert competitors.program("other") is None
        assert "other: pip cannot install ./no-such-file.whl" in capfd.readouterr().err
