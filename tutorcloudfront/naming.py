"""Names that AWS accepts, made from names that people chose.

CloudFront allows ``[A-Za-z0-9_-]`` in the names of policies (128 characters) and functions (64), and
128 characters of comment: https://docs.aws.amazon.com/cloudfront/latest/APIReference/
"""

from __future__ import annotations

import re

#: Longest prefix: leaves room for the longest suffix within the 64 characters of a function's name.
MAX_PREFIX_LENGTH = 40
MAX_COMMENT_LENGTH = 128


def prefix_of_host(host: str) -> str:
    """Return the default resource prefix of a platform, `learn-example-com` for `learn.example.com`."""
    return shortened(re.sub(r"[^a-z0-9-]+", "-", host.lower()).strip("-"), MAX_PREFIX_LENGTH)


def shortened(text: str, limit: int) -> str:
    """Return `text`, or where it is longer than `limit`, its beginning and a digest of the whole."""
    if len(text) <= limit:
        return text
    # Imported here because Tutor loads this module with the plugin, for every command.
    from hashlib import sha256

    digest = sha256(text.encode()).hexdigest()[:8]
    return f"{text[: limit - len(digest) - 1]}-{digest}"
