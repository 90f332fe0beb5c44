from __future__ import annotations

import pytest

from tutorcloudfront.status.figures import PLAIN_BARS, per_cent, short, size, sparkline


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0"), (7, "7"), (999, "999"), (999.6, "1.00k"), (12345, "12.3k"), (99960, "100k"), (1.5e18, "1500P")],
)
def test_numbers_have_three_digits(number: float, told: str) -> None:
    assert short(number) == told


def test_bytes_have_their_unit() -> None:
    assert size(0) == "0 B"
    assert size(1_240_000_000) == "1.24 GB"


@pytest.mark.parametrize(
    ("rate", "told"), [(None, "-"), (0, "0%"), (0.01, "<0.1%"), (0.549, "0.5%"), (93.14, "93.1%"), (100, "100%")]
)
def test_rates_are_told_to_a_tenth_and_little_is_not_nothing(rate: float | None, told: str) -> None:
    assert per_cent(rate) == told


def test_a_sparkline_shows_the_shape() -> None:
    assert sparkline([0, 1, 50, 100]) == "▁▂▅█"
    assert sparkline([0, 1, 50, 100], PLAIN_BARS) == "_.=#"


def test_a_sparkline_of_nothing_is_flat() -> None:
    assert sparkline([0, 0, 0]) == "▁▁▁"
    assert sparkline([]) == ""
