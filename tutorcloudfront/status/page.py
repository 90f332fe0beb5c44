"""Rows → one page of HTML with charts, which needs no network to be looked at."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import jinja2
from tutor.exceptions import TutorError

from tutorcloudfront.status.figures import per_cent, short, size
from tutorcloudfront.status.rows import Row
from tutorcloudfront.status.text import certificate_words
from tutorcloudfront.status.traffic import Rates, Traffic

TEMPLATE = "page.html"
EXTRA = "Charts need an extra: pip install 'tutor-contrib-cloudfront[charts]'"


def require_charts() -> None:
    """Raise TutorError where the library that draws them is not installed."""
    try:
        import pygal  # noqa: F401
    except ImportError as error:
        raise TutorError(EXTRA) from error


def page(rows: Sequence[Row], title: str, now: datetime, notes: Sequence[str] = ()) -> str:
    """Return the page; times in it are UTC."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    charts = {row.id: _charts(row.site, row.traffic) for row in rows if row.traffic and row.traffic.total_requests}
    styles = [chart.style for each in charts.values() for chart in each]
    return environment.get_template(TEMPLATE).render(
        rows=rows,
        charts=charts,
        # All charts have the same one but for the colors of as many series as they have.
        chart_style=max(styles, key=len, default=""),
        title=title,
        now=now.astimezone(timezone.utc),
        notes=notes,
        certificate=lambda row: certificate_words(row, now),
        short=short,
        size=size,
        per_cent=per_cent,
    )


@dataclass(frozen=True)
class Chart:
    """A drawing, and the style that it needs once on the page."""

    heading: str
    svg: str
    style: str


def _charts(site: str, traffic: Traffic) -> list[Chart]:
    import pygal

    charts = [
        _drawn(pygal.Bar, site, "Requests an hour", {"Requests": traffic.requests}, traffic, short),
        _drawn(
            pygal.Line,
            site,
            "Errors, % of requests",
            {"4xx": traffic.errors_4xx, "5xx": traffic.errors_5xx},
            traffic,
            per_cent,
            range=(0, max(_most(traffic.errors_4xx), _most(traffic.errors_5xx), 1)),
        ),
    ]
    if _is_known(traffic.hits):
        charts.append(
            _drawn(
                pygal.Line,
                site,
                "Cache hits, % of requests",
                {"Cache hits": traffic.hits},
                traffic,
                per_cent,
                range=(0, 100),
            )
        )
    return charts


def _most(rates: Rates) -> float:
    return max((rate for rate in rates if rate is not None), default=0)


def _is_known(rates: Rates) -> bool:
    return any(rate is not None for rate in rates)


def _drawn(
    kind: Callable[..., t.Any],
    site: str,
    heading: str,
    series: dict[str, tuple[float, ...] | Rates],
    traffic: Traffic,
    value_formatter: Callable[[float], str],
    **options: t.Any,
) -> Chart:
    """Return a chart of a day; its colors are variables of the page's style, which knows light and dark."""
    from pygal.style import Style

    colors = ("var(--first)", "var(--second)")
    chart = kind(
        style=Style(
            background="transparent",
            plot_background="transparent",
            foreground="var(--muted)",
            foreground_strong="var(--text)",
            foreground_subtle="var(--line)",
            guide_stroke_color="var(--line)",
            major_guide_stroke_color="var(--line)",
            colors=colors,
            font_family="inherit",
            label_font_size=13,
            major_label_font_size=13,
            legend_font_size=13,
            opacity="1",
            stroke_opacity="1",
            stroke_width="2",
        ),
        width=420,
        height=210,
        margin=6,
        js=[],
        disable_xml_declaration=True,
        show_legend=len(series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        legend_box_size=10,
        x_labels_major_every=6,
        show_minor_x_labels=False,
        truncate_label=-1,
        y_labels_major_count=3,
        show_minor_y_labels=False,
        dots_size=2.5,
        value_formatter=lambda value: value_formatter(value or 0),
        include_x_axis=True,
        **options,
    )
    chart.x_labels = [f"{hour:%H:%M}" for hour in traffic.hours]
    for label, values in series.items():
        chart.add(label, list(values))
    styles: list[str] = []
    chart.add_xml_filter(lambda svg: _for_a_page(svg, f"{site}: {heading}", styles))
    svg = chart.render(is_unicode=True)
    # The style is for the chart's own id; what the charts have in common is their class.
    style = "".join(styles).replace(f"#chart-{chart.uuid}", ".pygal-chart")
    return Chart(heading, svg, style)


def _for_a_page(svg: t.Any, name: str, styles: list[str]) -> t.Any:
    """Take scripts and styles out of a drawing, name it, and have browsers tell the value that one points at."""
    for parent in list(svg.iter()):
        told = {str(child.get("class", "")): child.text or "" for child in parent if child.tag == "desc"}
        for child in list(parent):
            if child.tag == "style":
                styles.append(child.text or "")
            if child.tag in ("style", "script", "desc", "title") or not isinstance(child.tag, str):
                parent.remove(child)
        if "value" in told:
            title = parent.makeelement("title", {})
            title.text = f"{told.get('x_label', '')}: {told['value']}"
            parent.insert(0, title)
    svg.attrib.pop("id", None)
    svg.set("role", "img")
    svg.set("aria-label", name)
    return svg
