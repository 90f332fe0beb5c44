"""The README as data: its sections as they are written, its tables and lists."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from docutils.core import publish_doctree

README = Path(__file__).parents[2] / "README.rst"

#: A title with its underline, as `=` for the document, `-` for sections and `~` for those below them.
TITLE = re.compile(r"^(?P<title>\S.*)\n(?P<line>([=~-])\3+)\n", re.MULTILINE)


@functools.cache
def parsed() -> tuple[nodes.document, str]:
    """Return the README's tree, and what docutils has to say about it."""
    complaints = io.StringIO()
    overrides = {"warning_stream": complaints, "report_level": 1, "halt_level": 5}
    tree = publish_doctree(README.read_text(encoding="utf-8"), source_path=str(README), settings_overrides=overrides)
    return tree, complaints.getvalue()


def code_blocks(language: str) -> list[str]:
    """Return all code blocks in a language."""
    tree, _ = parsed()
    return [block.astext() for block in tree.findall(nodes.literal_block) if language in block["classes"]]


def section(title: str) -> str:
    """Return what a section says, as it is written, without its title and the sections below it.

    Raises:
        KeyError: there is no such section.
    """
    text = README.read_text(encoding="utf-8")
    matches = list(TITLE.finditer(text))
    for match, following in zip(matches, [*matches[1:], None], strict=True):
        if match["title"] == title:
            return text[match.end() : following.start() if following else len(text)].strip("\n")
    raise KeyError(title)


def settings_table() -> dict[str, tuple[str, str]]:
    """Return the settings with their defaults and, as it is written, what they mean."""
    tree, _ = parsed()
    (table,) = tree.findall(nodes.table)
    (body,) = table.findall(nodes.tbody)
    rows = [list(row.findall(nodes.entry)) for row in body.findall(nodes.row)]
    return {name.astext(): (default.astext(), _source(meaning)) for name, default, meaning in rows}


def keys_of(setting: str) -> dict[str, str]:
    """Return the keys of a setting and, as it is written, what they mean: the list after the first words about them."""
    tree, _ = parsed()
    for list_ in tree.findall(nodes.definition_list):
        before = list_.parent[list_.parent.index(list_) - 1].astext()
        if setting in before and "keys" in before:
            pairs = ((term.astext(), _source(definition)) for term, definition in _pairs(list_))
            return {name: meaning for names, meaning in pairs for name in names.split(", ")}
    return {}


def messages() -> dict[str, str]:
    """Return the messages that the troubleshooting explains, with the explanations."""
    return {
        term[0].astext(): definition.astext()
        for term, definition in _entries("troubleshooting")
        if isinstance(term[0], nodes.literal)
    }


def commands() -> dict[str, set[str]]:
    """Return the commands with their options, each by all its names, as the README's lists have them."""
    found: dict[str, set[str]] = {}
    for term, definition in _entries("commands"):
        options = [option.astext() for option in definition.findall(nodes.term)]
        found[term.astext().split()[2]] = {name.split()[0] for option in options for name in option.split(", ")}
    return found


def _entries(section_id: str) -> Iterator[tuple[nodes.Element, nodes.Element]]:
    """Yield the terms and definitions of a section's lists."""
    tree, _ = parsed()
    section = next(node for node in tree.findall(nodes.section) if section_id in node["ids"])
    for list_ in section.children:
        if isinstance(list_, nodes.definition_list):
            yield from _pairs(list_)


def _pairs(list_: nodes.definition_list) -> Iterator[tuple[nodes.Element, nodes.Element]]:
    for item in list_.findall(nodes.definition_list_item):
        if item.parent is list_:
            yield next(item.findall(nodes.term)), next(item.findall(nodes.definition))


def _source(node: nodes.Element) -> str:
    """Return the paragraphs of a node as they are written."""
    return "\n\n".join(child.rawsource for child in node.findall(nodes.paragraph))
