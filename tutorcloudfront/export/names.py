"""Logical ids: letters and digits, told apart, and the same from one export to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

#: CloudFormation allows 255; the rest is for what is put behind.
MAX_STEM_LENGTH = 200


def stems(names: Iterable[str]) -> dict[str, str]:
    """Return what the logical ids of each site begin with, `AppsExampleCom` for `apps.example.com`."""
    result: dict[str, str] = {}
    for name in names:
        plain = camel_case(name.replace("*", "wildcard"))
        fits = plain and len(plain) <= MAX_STEM_LENGTH and plain not in result.values()
        result[name] = plain if fits else f"{plain[:MAX_STEM_LENGTH]}{sha256(name.encode()).hexdigest()[:8]}"
    return result


def camel_case(text: str) -> str:
    return "".join(word.capitalize() for word in re.findall(r"[a-z0-9]+", text.lower()))
