"""What CloudFront says of itself in headers.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#ResponseCustomRemovedHeaders
"""

from __future__ import annotations

import base64
import secrets

#: A point of presence that there is none of: the edge is on this machine.
POP = "LOC50-P1"
#: The same for all requests that one cache server answers.
SERVER = secrets.token_hex(16)


def via() -> str:
    return f"1.1 {SERVER}.cloudfront.net (CloudFront)"


def request_id() -> str:
    """Return an id as CloudFront gives every request: 56 letters of Base64, good for URLs."""
    return base64.urlsafe_b64encode(secrets.token_bytes(40)).decode()
