"""What the edge tells of each request, in one line."""

from __future__ import annotations

from tutorcloudfront.sandbox.edge.edge import Outcome
from tutorcloudfront.sandbox.edge.request import Request


def line(request: Request, outcome: Outcome, seconds: float) -> str:
    """Return host, behavior, Hit, Miss, RefreshHit, Error or the like, status, time, and what was asked for."""
    words = [outcome.host, outcome.behavior, outcome.result, str(outcome.response.status), f"{seconds * 1000:.0f} ms"]
    told = "  ".join([*words, f"{request.method} {_printable(request.path)}"])
    return f"{told}  ({outcome.hint})" if outcome.hint else told


def _printable(path: str) -> str:
    """Return a path that does nothing to a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in path)
