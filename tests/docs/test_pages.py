"""The documentation as it is read in a browser."""

from __future__ import annotations

import html
import re
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest

from tests.docs.blocks import DOCUMENTS, blocks
from tests.support import ROOT
from tutorcloudfront.commands.group import MODULES, cloudfront
from tutorcloudfront.plugin import DEFAULTS

#: Built once, by one of the processes that run tests side by side.
pytestmark = pytest.mark.xdist_group("site")
ARCHITECTURE = ROOT / "docs" / "architecture.rst"


def text(page: Path) -> str:
    """Return what a page says, with one blank where there are several."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8"))).split())


def test_all_pages_are_built_without_a_warning(site: Path) -> None:
    pages = [document.relative_to(ROOT / "docs").with_suffix(".html") for document in DOCUMENTS[1:]]
    assert [page for page in pages if not (site / page).is_file()] == []


def test_reference_has_all_settings(site: Path) -> None:
    page = text(site / "reference" / "settings.html")
    assert [name for name in DEFAULTS if f"CLOUDFRONT_{name}¶" not in page] == []


def test_reference_has_the_help_of_all_commands(site: Path) -> None:
    page = text(site / "reference" / "commands.html")
    helps = [
        help_ for name in MODULES for help_ in first_lines(cloudfront.get_command(click.Context(cloudfront), name))
    ]
    assert len(helps) >= len(MODULES)
    assert [help_ for help_ in helps if help_.replace("`", "") not in page] == []


def first_lines(command: click.Command | None) -> list[str]:
    if isinstance(command, click.Group):
        return [line for below in command.commands.values() for line in first_lines(below)]
    return [(command.help or "").strip().splitlines()[0]] if command else []


def test_diagram_is_an_image_with_a_title() -> None:
    tree = ElementTree.parse(ROOT / "docs" / "_static" / "data-flow.svg")
    assert tree.getroot().findtext("{http://www.w3.org/2000/svg}title")


def test_map_is_the_layout_on_disk() -> None:
    (map_,) = (block.text for block in blocks(ARCHITECTURE) if block.text.startswith("tutorcloudfront/"))
    lines = map_.splitlines()
    listed = {line.split()[0] for line in lines if line.startswith("  ")}
    assert listed == layout(ROOT / "tutorcloudfront") - {"__init__.py", "__about__.py", "py.typed"}
    beside = {line.split()[0] for line in lines if not line.startswith("  ")}
    hidden_or_built = {name for name in layout(ROOT) if name.startswith(".") or name in BUILT}
    assert beside == {name for name in layout(ROOT) - hidden_or_built - {"changelog.d/"} if name.endswith("/")}


BUILT = {"build/", "dist/", "tutor_contrib_cloudfront.egg-info/"}


def layout(folder: Path) -> set[str]:
    return {f"{path.name}/" if path.is_dir() else path.name for path in folder.iterdir() if path.name != "__pycache__"}
