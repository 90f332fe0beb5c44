"""The README as data."""

from __future__ import annotations

import functools
import io
from pathlib import Path

from docutils import nodes
from docutils.core import publish_doctree

README = Path(__file__).parents[2] / "README.rst"


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


def settings_table() -> dict[str, str]:
    """Return the settings with their defaults, as the README's table has them."""
    tree, _ = parsed()
    (table,) = tree.findall(nodes.table)
    (body,) = table.findall(nodes.tbody)
    rows = [[entry.astext() for entry in row.findall(nodes.entry)] for row in body.findall(nodes.row)]
    return {name: default for name, default, _ in rows}


def messages() -> dict[str, str]:
    """Return the messages that the troubleshooting explains, with the explanations."""
    return {
        term[0].astext(): item.astext()
        for item in _definitions("troubleshooting")
        for term in item.findall(nodes.term)
        if isinstance(term[0], nodes.literal)
    }


def commands() -> dict[str, set[str]]:
    """Return the commands with their options, each by all its names, as the README's lists have them."""
    found: dict[str, set[str]] = {}
    for item in _definitions("commands"):
        terms = [term.astext() for term in item.findall(nodes.term)]
        words = terms[0].split()
        if words[0] == "tutor":
            found[words[2]] = {name.split()[0] for term in terms[1:] for name in term.split(", ")}
    return found


def _definitions(section_id: str) -> list[nodes.definition_list_item]:
    tree, _ = parsed()
    section = next(node for node in tree.findall(nodes.section) if section_id in node["ids"])
    return list(section.findall(nodes.definition_list_item))
