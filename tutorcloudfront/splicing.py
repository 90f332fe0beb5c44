"""Changing one entry of a YAML mapping by its text, since loading and dumping would lose comments, order and style."""

from __future__ import annotations

import yaml


def spliced(text: str, key: str, new: str) -> str:
    """Return a mapping's text with an entry in the place of those with its key, or taken out where `new` is empty.

    What comes of it is to be checked: there are ways to write YAML in which an entry can not be put like this.
    """
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    entries = node.value if isinstance(node, yaml.MappingNode) else []
    # A first key that is written `? key` stands further in than its mapping; after an anchor the mapping's mark does.
    column = min(node.start_mark.column, entries[0][0].start_mark.column) if node and entries else 0
    new = _in_style_of(text, new, column)
    places = [(name.start_mark.index, _end(value)) for name, value in entries if name.value == key]
    if new and not places:
        return _with_added(text, " " * column + new)
    # Of several entries with one key, YAML takes the last.
    for start, end in reversed(places):
        text = text[:start] + new.rstrip("\r\n") + text[end:] if new else _without(text, start, end)
        new = ""
    return text


def _in_style_of(text: str, new: str, column: int) -> str:
    """Return an entry with the indentation and the line ends of a file, from its first character on."""
    lines = [line and " " * column + line for line in new.split("\n")]
    return ("\r\n" if "\r\n" in text else "\n").join(lines).lstrip(" ")


def _end(node: yaml.Node) -> int:
    """Return where a node's own text ends; a block's mark lies beyond the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _with_added(text: str, entry: str) -> str:
    body, mark, rest = text.partition("\n...")  # the end of the document, if it is marked
    separator = "\n" if body and not body.endswith("\n") else ""
    return body + separator + entry + mark.lstrip("\n") + rest


def _without(text: str, start: int, end: int) -> str:
    before, after = text[:start], text[end:]
    for line_end in ("\r\n", "\n"):
        if after.startswith(line_end):
            return before.rstrip(" ") + after.removeprefix(line_end)
    return before + after
