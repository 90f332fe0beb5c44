"""Who may read private buckets: the distributions of the platform's sites, and by their policies nobody else of ours.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

from tutorcloudfront.resources.resource import Ref, Resource
from tutorcloudfront.settings import Settings
from tutorcloudfront.sites import Site

SERVICE = "cloudfront.amazonaws.com"


def statement_id(prefix: str) -> str:
    """Return the id of a platform's statement in the policy of a bucket, which others may use as well.

    Letters and digits only: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
    """
    return f"TutorCloudFront{sha256(prefix.encode()).hexdigest()[:12]}"


def bucket_policies(settings: Settings, sites: Sequence[Site]) -> Iterator[Resource]:
    """Yield, for each private bucket, what its policy must say beside all else.

    Reading objects and no more: with leave to list, a request for the root of a bucket would be answered with the names
    of all that is in it. So S3 tells of a missing object that access is denied.
    """
    for bucket in sorted({site.bucket for site in sites if site.bucket}):
        users = [Ref("distribution", site.name) for site in sites if site.bucket == bucket]
        statement = {
            "Sid": statement_id(settings.resource_prefix),
            "Effect": "Allow",
            "Principal": {"Service": SERVICE},
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{bucket}/*",
            "Condition": {"StringEquals": {"AWS:SourceArn": users}},
        }
        yield Resource("bucket_policy", bucket, {"Statement": [statement]})
