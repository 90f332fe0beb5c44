"""ACM certificates that CloudFront does not know yet."""

from __future__ import annotations

import time
import typing as t
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from tutorcloudfront.aws.client import Aws
from tutorcloudfront.aws.errors import AwsError
from tutorcloudfront.resources.resource import Config

T = t.TypeVar("T")

#: CloudFront has been seen to refuse a certificate for about a minute after ACM issued it.
NEW = timedelta(minutes=3)
WAIT_SECONDS = 5


def while_certificate_is_new(aws: Aws, config: Config, call: Callable[[], T]) -> T:
    """Make a call that attaches a certificate, again and again for as long as the certificate is quite new."""
    while True:
        try:
            return call()
        except AwsError as e:
            # One that does not cover a host name will not do so in a minute.
            if e.code != "InvalidViewerCertificate" or "cover" in e.aws_message or not _is_new(aws, config):
                raise
            time.sleep(WAIT_SECONDS)


def _is_new(aws: Aws, config: Config) -> bool:
    arn = config["ViewerCertificate"].get("ACMCertificateArn")
    if not arn:
        return False
    try:
        certificate = aws.call("acm", "DescribeCertificate", CertificateArn=arn)["Certificate"]
    except AwsError:  # not there, or not ours to see: what CloudFront said is what matters
        return False
    issued = certificate.get("IssuedAt") or certificate.get("ImportedAt")
    return isinstance(issued, datetime) and datetime.now(timezone.utc) - issued < NEW
