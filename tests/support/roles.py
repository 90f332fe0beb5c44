"""Roles of Lambda functions."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Sequence

EDGE = ("lambda.amazonaws.com", "edgelambda.amazonaws.com")


def trust(services: Sequence[str] = EDGE) -> str:
    """Return the document of a role that these services may take."""
    statement: dict[str, t.Any] = {
        "Effect": "Allow",
        "Principal": {"Service": list(services)},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
