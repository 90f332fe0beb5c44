"""Invalidations.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tutorcloudfront.sandbox.configs import Config, items
from tutorcloudfront.sandbox.refusal import invalid_if, refuse_if
from tutorcloudfront.sandbox.store import Resource

MAX_LENGTH = 4000
#: What is to be URL-encoded: all that is not ASCII or not to be seen, and what RFC 1738 (2.2) calls unsafe.
UNSAFE = re.compile(r'[^\x21-\x7e]|["<>#{}|\\^~`\[\]]')
MAX_FILES = 3000
MAX_WILDCARDS = 15


def paths(config: Config) -> list[str]:
    """Return the paths of an InvalidationBatch."""
    return items(config["Paths"])


def check_batch(config: Config, earlier: Iterable[Resource]) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html"""
    batch = paths(config)
    invalid_if(not batch, "The parameter Paths must not be empty.")
    for path in batch:
        wrong = not path.startswith("/") or "*" in path[:-1] or len(path) > MAX_LENGTH or UNSAFE.search(path)
        invalid_if(wrong, "Your request contains one or more invalid invalidation paths.")
    refuse_if(len(batch) > MAX_FILES, "BatchTooLarge", "The number of paths in the batch exceeds the maximum.")
    running = [path for other in earlier if not other.ready for path in paths(other.config)]
    wildcards = [path for path in [*running, *batch] if path.endswith("*")]
    files = len(running) + len(batch) - len(wildcards)
    refuse_if(
        len(wildcards) > MAX_WILDCARDS or files > MAX_FILES,
        "TooManyInvalidationsInProgress",
        "You have exceeded the maximum number of allowable InProgress invalidation batch requests, or files.",
    )


def same_request(config: Config, earlier: Iterable[Resource]) -> Resource | None:
    """Return the invalidation that this very request has made before; refuse a reference with other paths."""
    for other in earlier:
        if other.config["CallerReference"] == config["CallerReference"]:
            invalid_if(
                paths(other.config) != paths(config),
                "Your request contains a caller reference that was used for a previous invalidation batch for the "
                "same distribution.",
            )
            return other
    return None
