"""Which path patterns match a path.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
"""

from __future__ import annotations

import functools
import re

ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
#: https://www.rfc-editor.org/rfc/rfc3986#section-2.3
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
WILDCARDS = {"*": ".*", "?": "."}


def normalized(path: str) -> str:
    """Return a raw path as CloudFront looks at it to choose a behavior: the origin gets the raw one.

    Dot segments are resolved, escapes that need not be are read, and doubled slashes are one:
    https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2
    """
    return _without_dots(re.sub("/{2,}", "/", unescaped(path)))


def unescaped(path: str) -> str:
    """Return a raw path in which nothing is escaped that may as well stand for itself."""
    return ESCAPE.sub(_needed, path)


def matches(pattern: str, path: str) -> bool:
    """Tell whether a pattern, of which upper and lower case count, matches a path as a whole."""
    return bool(_compiled(pattern).fullmatch(path))


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # The slash at the beginning may be left out of a pattern.
    complete = pattern if pattern.startswith(("/", "*")) else f"/{pattern}"
    return re.compile("".join(WILDCARDS.get(letter, re.escape(letter)) for letter in complete), re.DOTALL)


def _needed(escape: re.Match[str]) -> str:
    letter = chr(int(escape[1], 16))
    return letter if UNRESERVED.fullmatch(letter) else escape[0].upper()


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == ".." and kept:
            kept.pop()
        elif segment not in (".", ".."):
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)
