"""What operations have in common."""

from __future__ import annotations

import typing as t
from collections.abc import Callable

from tutorcloudfront.sandbox.configs import items
from tutorcloudfront.sandbox.store import Store

Members = dict[str, t.Any]
Operation = Callable[[Store, Members], Members]

API = "https://cloudfront.amazonaws.com/2020-05-31"


def tags_in(request: Members) -> dict[str, str]:
    """Return the tags that a request brings along."""
    return {item["Key"]: item.get("Value", "") for item in items(request.get("Tags"))}
