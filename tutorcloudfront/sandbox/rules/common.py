"""What holds for many kinds of resource."""

from __future__ import annotations

import re

from tutorcloudfront.sandbox.refusal import invalid_if, refuse_if

MAX_COMMENT = 128


def check_name(name: str, limit: int) -> None:
    """Letters, digits, `-` and `_`: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html"""
    invalid_if(not re.fullmatch(r"[A-Za-z0-9_-]+", name), "The parameter Name contains invalid characters.")
    invalid_if(len(name) > limit, f"The parameter Name is too long: at most {limit} characters.")


def check_comment(comment: str) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html"""
    invalid_if(len(comment) > MAX_COMMENT, f"The parameter Comment is too long: at most {MAX_COMMENT} characters.")


def check_etag(given: str | None, etag: str) -> None:
    """An update or delete says which version it has seen.

    https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html#API_UpdateDistribution_Errors
    """
    refuse_if(not given, "InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.")
    refuse_if(
        given != etag,
        "PreconditionFailed",
        "The request failed because it didn't meet the preconditions in one or more request-header fields.",
    )
