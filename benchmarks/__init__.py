"""How fast the plugin is, beside what one would use instead or beside the limit: `make bench`.

All figures of a comparison come from one run, in which the sides take turns, so that a machine that is slow for a while is
slow for all of them. A ratio is the median of the turns' own ratios. Results are in `RESULTS.md`.

Every module in this folder (those in its packages are helpers) is a benchmark, a section of the report of its own:

- its docstring is the section's heading and text: what is measured, against what, and how;
- ``def rows(effort: Effort) -> Iterable[Row]`` measures. `Row` says what a line of the report holds; `effort.pick(tiny,
  quick, full)` gives the number of turns, sites or seconds. Tiny is for the tests, which ask only whether it runs: a
  second or two in all. All benchmarks together have one minute when quick, eight in full.

A module with less than that to say looks like this::

    \"\"\"Joining words

    A list of ten words, against a loop that adds them up.
    \"\"\"

    def rows(effort: Effort) -> Iterable[Row]:
        rates = rates_of({"join": lambda: "".join(WORDS), "loop": loop}, effort)
        yield Row.compare("ten words", rates["join"], "1/s", "a loop", rates["loop"], ratio_at_least(2))

Other programs to compare with, which are heavy, are installed into a virtual environment of their own: see
`harness.competitors`.
"""
