"""`python -m benchmarks`: run benchmarks and write the report; `make bench` does."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks.harness.discovery import load, names
from benchmarks.harness.effort import Effort
from benchmarks.harness.machine import description
from benchmarks.harness.report import Section, report, table

RESULTS = Path(__file__).with_name("RESULTS.md")


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for. The report is written when all were run in full, and only shown otherwise."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="BENCHMARK", help=", ".join(names()))
    parser.add_argument("--effort", choices=[effort.name.lower() for effort in Effort], default="full")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(names()):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    effort = Effort[options.effort.upper()]
    machine, started = description(), time.monotonic()
    sections = [_section(name, effort) for name in options.names or names()]
    text = report(machine, sections, time.monotonic() - started)
    if effort is Effort.FULL and not options.names:
        RESULTS.write_text(text, encoding="utf-8")
        print(f"All of it is in {RESULTS}.", file=sys.stderr)
    return 0


def _section(name: str, effort: Effort) -> Section:
    started = time.monotonic()
    benchmark = load(name)
    section = Section(benchmark.text, list(benchmark.rows(effort)))
    print(f"{name} ({time.monotonic() - started:.0f} s)\n\n{table(section.rows)}\n", flush=True)
    return section


if __name__ == "__main__":
    sys.exit(main())
