"""The code blocks of a document, in the order in which a reader meets them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support import ROOT

DOCUMENTS = [ROOT / "README.rst", *sorted((ROOT / "docs").rglob("*.rst"))]

#: What opens a block: a directive with a language, or a paragraph that ends in two colons, for the shell.
OPENING = re.compile(r"\s*\.\. code-block:: (?P<language>\w+)|(?!\s*\.\. ).*::$")
#: A comment before a block says why it is not carried out.
NOT_RUN = re.compile(r"\s*\.\. not run: (?P<reason>.+)")


@dataclass(frozen=True)
class Block:
    language: str
    text: str
    #: Of its first line.
    line: int
    #: Why nobody can carry it out in a test, "" where it is.
    not_run: str = ""


def blocks(document: Path) -> Iterator[Block]:
    """Yield the blocks of a document; those without a language are for the shell."""
    lines = document.read_text(encoding="utf-8").splitlines()
    reason = ""
    for number, line in enumerate(lines):
        if comment := NOT_RUN.fullmatch(line):
            reason = comment["reason"]
        elif opening := OPENING.fullmatch(line):
            body = _body(lines[number + 1 :], _indentation(line))
            yield Block(opening["language"] or "sh", body, number + 3, reason)
            reason = ""


def _body(lines: list[str], outside: int) -> str:
    """Return the lines that are indented, without what is before and after them."""
    inside: list[str] = []
    for line in lines:
        if line.strip() and _indentation(line) <= outside:
            break
        inside.append(line)
    text = textwrap.dedent("\n".join(inside)).strip("\n")
    # In a list, the paragraph after a block is indented less than the block and more than the item.
    return text if not text.startswith(" ") else textwrap.dedent(text[: re.search(r"\n\S", text).start()])  # type: ignore[union-attr]


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
