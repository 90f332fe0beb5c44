"""Certificates and functions that CloudFront does not know yet."""

from __future__ import annotations

import typing as t
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from tutorcloudfront.aws.client import Aws
from tutorcloudfront.aws.errors import AwsError
from tutorcloudfront.aws.patience import patiently
from tutorcloudfront.resources.resource import Config

T = t.TypeVar("T")

#: CloudFront has been seen to refuse a certificate for about a minute after ACM issued it.
NEW = timedelta(minutes=3)
#: The error for a version that Lambda is not done with: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
PENDING = "InvalidLambdaFunctionAssociation"


def while_something_is_new(aws: Aws, config: Config, call: Callable[[], T]) -> T:
    """Make a call that attaches certificate and functions, again and again for as long as one of them is quite new."""
    return patiently(call, lambda e: _awaits_function(e) or _awaits_certificate(aws, config, e), NEW.total_seconds())


def _awaits_certificate(aws: Aws, config: Config, error: AwsError) -> bool:
    # One that does not cover a host name will not do so in a minute.
    return error.code == "InvalidViewerCertificate" and "cover" not in error.aws_message and _is_new(aws, config)


def _awaits_function(error: AwsError) -> bool:
    return error.code == PENDING and "Active state" in error.aws_message


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
