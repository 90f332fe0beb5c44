"""What holds for many kinds of resource."""

from __future__ import annotations

import re

from tutorcloudfront.sandbox.configs import Config
from tutorcloudfront.sandbox.refusal import invalid_if, refuse_if

MAX_NAME = 128
MAX_COMMENT = 128
#: 100 years: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
MAX_TTL = 3_153_600_000


def check_name(name: str, limit: int) -> None:
    """Letters, digits, `-` and `_`: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html"""
    invalid_if(not re.fullmatch(r"[A-Za-z0-9_-]+", name), "The parameter Name contains invalid characters.")
    invalid_if(len(name) > limit, f"The parameter Name is too long: at most {limit} characters.")


def check_named(config: Config) -> None:
    """Check the name and the comment that most kinds of resource have."""
    check_name(config["Name"], MAX_NAME)
    check_comment(config["Comment"])


def check_ttls(config: Config) -> list[int]:
    """Check the seconds of a policy or behavior one by one, and return them: at least, by default, at most."""
    ttls = [config[name] for name in ("MinTTL", "DefaultTTL", "MaxTTL")]
    wrong = any(not 0 <= ttl <= MAX_TTL for ttl in ttls)
    invalid_if(wrong, f"The parameter MinTTL, DefaultTTL, MaxTTL: each must be from 0 to {MAX_TTL}.")
    return ttls


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
