"""Questions to people, and what holds where there are none."""

from __future__ import annotations

import sys

import click
from tutor.exceptions import TutorError


def confirm(question: str, what: str, yes: bool) -> None:
    """Ask for a yes, unless it was given already. Anything else ends the command.

    Raises:
        TutorError: there is no terminal to ask in.
    """
    if not yes:
        _need_terminal(what)
        click.confirm(question, abort=True, err=True)


def confirm_by_typing(word: str, question: str, what: str, yes: bool) -> None:
    """Ask for a word to be typed, unless agreement was given already.

    Raises:
        TutorError: it was not typed, or there is no terminal to ask in.
    """
    if yes:
        return
    _need_terminal(what)
    if click.prompt(question, err=True) != word:
        raise TutorError(f"That is not {word}. Nothing was done.")


def _need_terminal(what: str) -> None:
    if not sys.stdin.isatty():
        raise TutorError(
            f"{what}, and there is no terminal to ask in: run this again with --yes to agree. Nothing was done."
        )
