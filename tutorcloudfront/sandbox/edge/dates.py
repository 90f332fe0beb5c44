"""Dates in headers: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7"""

from __future__ import annotations

import email.utils


def epoch_seconds(date: str) -> float | None:
    """Return the time that a header tells, `None` where it tells none."""
    try:
        return email.utils.parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return None
