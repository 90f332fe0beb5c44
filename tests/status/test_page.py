"""The page with charts, as a browser has it."""

from __future__ import annotations

import re
import sys
import typing as t
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from tutor.exceptions import TutorError

from tests.status.examples import NOW, day, expiring, missing, row
from tests.support.chromium import Browser, started
from tutorcloudfront.status.page import page, require_charts

LONG = "a-rather-long-name-of-a-site.learn.example.com"

#: What is drawn of each chart: its name, its size, and the sizes of its bars or the length of its lines.
CHARTS = """
return [...document.querySelectorAll("svg.pygal-chart")].map(svg => ({
  name: svg.getAttribute("aria-label"),
  width: svg.getBoundingClientRect().width,
  height: svg.getBoundingClientRect().height,
  bars: [...svg.querySelectorAll(".bar rect")].map(bar => bar.getBoundingClientRect().height),
  lines: [...svg.querySelectorAll(".series path.line")].map(line => line.getTotalLength()),
  color: getComputedStyle(svg.querySelector(".bar rect, .series path.line")).stroke,
  fill: getComputedStyle(svg.querySelector(".bar rect, .series path.line")).fill,
}))
"""
WIDTHS = "return [document.documentElement.scrollWidth, window.innerWidth]"
#: How far the table of sites can be scrolled to the side.
HIDDEN = "const table = document.querySelector('.scroll'); return table.scrollWidth - table.clientWidth"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of four sites, two of which were used."""
    rows = [
        row(traffic=day()),
        row(LONG, id="E2", traffic=day(hits=(None,) * 24), **expiring(NOW)),
        row("cms", id="E3", traffic=day(requests=(0.0,) * 24), drift="changed"),
        missing("docs.example.com"),
    ]
    path = tmp_path_factory.mktemp("page") / "status.html"
    path.write_text(page(rows, "learn.example.com", NOW, ["A note\nof two lines"]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started({}) as browser:
        yield browser


def show(browser: Browser, path: Path, *, width: int = 1280, scheme: str = "light") -> None:
    browser.be(width=width, scheme=scheme)
    browser.open(path.as_uri())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_charts_are_drawn_and_nothing_is_complained_of(browser: Browser, path: Path, width: int, scheme: str) -> None:
    show(browser, path, width=width, scheme=scheme)

    charts: list[dict[str, t.Any]] = browser.run(CHARTS)

    assert [chart["name"] for chart in charts] == [
        "lms: Requests an hour",
        "lms: Errors, % of requests",
        "lms: Cache hits, % of requests",
        f"{LONG}: Requests an hour",
        f"{LONG}: Errors, % of requests",
    ]
    assert all(chart["width"] > 250 and chart["height"] > 120 for chart in charts), charts
    bars = charts[0]["bars"]
    assert len(bars) == 24
    assert bars == sorted(bars)
    assert bars[-1] > 50
    assert [len(chart["lines"]) for chart in charts] == [0, 2, 1, 0, 2]
    assert all(length > 200 for chart in charts for length in chart["lines"])
    assert browser.complaints() == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_the_window(browser: Browser, path: Path, width: int) -> None:
    show(browser, path, width=width)

    content, window = browser.run(WIDTHS)
    assert content <= window == width
    assert browser.run(HIDDEN) == 0


def test_lines_are_lines_and_dark_has_colors_of_its_own(browser: Browser, path: Path) -> None:
    show(browser, path)
    light: list[dict[str, t.Any]] = browser.run(CHARTS)
    show(browser, path, scheme="dark")
    dark: list[dict[str, t.Any]] = browser.run(CHARTS)

    assert light[1]["fill"] == "none"
    assert light[0]["fill"] != dark[0]["fill"]
    assert light[1]["color"] != dark[1]["color"]


def test_the_page_asks_the_network_for_nothing(browser: Browser, path: Path) -> None:
    show(browser, path)

    assert browser.run("return performance.getEntriesByType('resource').map(entry => entry.name)") == []
    text = path.read_text(encoding="utf-8")
    assert "<script" not in text
    assert set(re.findall(r'(?:src|href)="([^"]*)"', text)) == {"data:,"}


def test_pointing_at_a_bar_tells_its_value(browser: Browser, path: Path) -> None:
    show(browser, path)

    titles = browser.run("return [...document.querySelectorAll('svg .bar title')].map(title => title.textContent)")

    assert titles[:2] == ["13:00: 100", "14:00: 200"]


def test_each_site_has_its_heading_and_its_figures_as_a_table(browser: Browser, path: Path) -> None:
    show(browser, path)

    headings = browser.run("return [...document.querySelectorAll('h1, h2')].map(heading => heading.textContent)")
    assert headings == ["learn.example.com on CloudFront", "lms", LONG]
    rows = browser.run("return document.querySelector('details').querySelectorAll('tbody tr').length")
    assert rows == 24


def test_what_is_told_of_a_site_is_text() -> None:
    told = page([row("<script>alert(1)</script>", traffic=day())], "<b>", NOW)

    assert "<script" not in told
    assert "<b>" not in told


def test_a_platform_that_nobody_used_has_no_charts() -> None:
    told = page([missing(), row()], "learn.example.com", NOW)

    assert "<svg" not in told
    assert "nothing to draw" in told


def test_without_the_library_the_extra_is_named() -> None:
    with mock.patch.dict(sys.modules, {"pygal": None}), pytest.raises(TutorError, match=r"\[charts\]"):
        require_charts()
