"""The paths of an invalidation, by CloudFront's rules.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote, unquote

from tutorcloudfront.settings.errors import quoted
from tutorcloudfront.sites import Site

MAX_LENGTH = 4000
#: In progress at a time for one distribution; neither counts for the other.
MAX_FILES = 3000
MAX_WILDCARDS = 15

EVERYTHING = "/*"
#: What RFC 1738 calls unsafe, and what is not ASCII or not to be seen.
UNSAFE = re.compile(r'[^\x21-\x7e]|["<>#{}|\\^~`\[\]]')
BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
#: Escapes of what is safe. CloudFront takes them, and then invalidates something else than the file that is meant.
NEEDLESS_ESCAPE = re.compile(r"%(?:[46][1-9A-Fa-f]|[57][0-9Aa]|3[0-9]|2[14789BbCcDdEe]|5[Ff])")


def default_paths(site: Site) -> tuple[str, ...]:
    """Return what a new image can have changed of a site: its static files, or all where all of it is served."""
    static = [behavior.path for behavior in site.behaviors if behavior.serve == "static"]
    # In a behavior's pattern `?` is for any character, in an invalidation's path it begins a query string.
    if site.default.serve != "refused" or not static or any("?" in path or errors(path) for path in static):
        return (EVERYTHING,)
    return tuple(static)


def errors(path: str) -> list[str]:
    """Return why CloudFront would refuse a path."""
    return [f"{quoted(path)}: {error}" for error in _errors(path)]


def _errors(path: str) -> Iterator[str]:
    if not path.startswith("/"):
        yield f"must begin with `/`{_meant(path)}"
    if "*" in path[:-1]:
        yield "`*` may stand only at the end, where it is for all that begins like this"
    if len(path) > MAX_LENGTH:
        yield f"may have {MAX_LENGTH} characters, and these are {len(path)}"
    if UNSAFE.search(path):
        encoded = UNSAFE.sub(lambda match: _escape(match.group()), path)
        yield f"must be URL-encoded: {quoted(encoded)}"
    if BROKEN_ESCAPE.search(path):
        yield "`%` must be followed by two hexadecimal digits; one that is meant as such is written `%25`"


def _escape(character: str) -> str:
    # quote() knows a later RFC, for which `~` is safe.
    return "%7E" if character == "~" else quote(character, safe="", errors="replace")


def _meant(path: str) -> str:
    if "://" in path:
        _, slash, rest = path.partition("://")[2].partition("/")
        return f": give the path without the host, {quoted(slash + rest or EVERYTHING)}"
    return f": {quoted('/' + path)}" if path else ", such as '/static/*'"


def notes(paths: Iterable[str]) -> list[str]:
    """Return what CloudFront takes and what will not do what is meant."""
    return [
        f"{quoted(path)}: CloudFront invalidates nothing where characters are URL-encoded that need not be. "
        f"Perhaps {quoted(NEEDLESS_ESCAPE.sub(lambda match: unquote(match.group()), path))} is meant."
        for path in paths
        if NEEDLESS_ESCAPE.search(path)
    ]


def tidied(paths: Iterable[str]) -> list[str]:
    """Return paths in order and each once, without those that others cover: each path is paid for."""
    unique = sorted(set(paths))
    beginnings = {path[:-1] for path in unique if path.endswith("*")}
    lengths = sorted(map(len, beginnings))
    return [path for path in unique if not _is_covered(path, beginnings, lengths)]


def _is_covered(path: str, beginnings: set[str], lengths: Sequence[int]) -> bool:
    own = len(path) - 1 if path.endswith("*") else len(path) + 1
    return any(path[:length] in beginnings for length in dict.fromkeys(lengths) if length < own)


def batches(paths: Sequence[str]) -> list[tuple[str, ...]]:
    """Return paths in parts that CloudFront takes, one after the other."""
    wildcards = [path for path in paths if path.endswith("*")]
    files = [path for path in paths if not path.endswith("*")]
    number = max(-(-len(files) // MAX_FILES), -(-len(wildcards) // MAX_WILDCARDS))
    return [(*_part(files, index, MAX_FILES), *_part(wildcards, index, MAX_WILDCARDS)) for index in range(number)]


def _part(paths: Sequence[str], index: int, length: int) -> Sequence[str]:
    return paths[index * length : (index + 1) * length]
