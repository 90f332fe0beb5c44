"""AWS's errors, told with the operation, the resource and what to do about it."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError
from tutor.exceptions import TutorError

#: IAM actions that an operation needs beside the one of its own name:
#: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
ACTIONS = {
    "CreateDistributionWithTags": "cloudfront:CreateDistribution and cloudfront:TagResource",
    "CreateFunction": "cloudfront:CreateFunction and cloudfront:TagResource",
    "GetResources": "tag:GetResources",
}
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
BAD_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
CREDENTIALS_MEND = (
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in to a profile and name it in AWS_PROFILE or "
    "CLOUDFRONT_AWS_PROFILE, or set CLOUDFRONT_AWS_ACCESS_KEY_ID and CLOUDFRONT_AWS_SECRET_ACCESS_KEY."
)
WITHOUT_ACCOUNT = (
    "Without an AWS account, `tutor cloudfront sandbox -- tutor cloudfront plan` shows what would be done in one."
)
QUOTA_MEND = (
    "A quota of this AWS account is reached. Ask for more at "
    "https://console.aws.amazon.com/servicequotas/home/services/cloudfront/quotas, or delete what is not used."
)
MENDS = {
    "CNAMEAlreadyExists": (
        "Another distribution, perhaps in another AWS account, holds this host name. Take it away there, or move it "
        "with `aws cloudfront associate-alias`, and run this again."
    ),
    "InvalidViewerCertificate": (
        "The certificate must be issued by ACM in us-east-1 in this account and cover every host name of the site: "
        "see `aws acm describe-certificate --region us-east-1 --certificate-arn ARN`."
    ),
    "InvalidWebACLId": "CLOUDFRONT_WEB_ACL_ARN must be a web ACL of scope CLOUDFRONT in this account.",
    "NoSuchBucket": (
        "Create it (`aws s3 mb s3://NAME`, which blocks public access by itself), or correct `bucket` in "
        "CLOUDFRONT_EXTRA_DOMAINS."
    ),
    "PreconditionFailed": "It was changed by someone else at the same moment. Run this again.",
    "PublicKeyInUse": (
        "Something that this plugin did not make uses this public key as well, perhaps a key group of yours. Take the key "
        "out of it, and run this again."
    ),
    "Throttling": "AWS limits how often this may be asked. Wait a minute and run this again: it goes on from here.",
    "TooManyPublicKeys": (
        "An account can have 10 public keys. Delete one that is not used, in the CloudFront console or with `aws cloudfront "
        "delete-public-key`, or ask for more at "
        "https://console.aws.amazon.com/servicequotas/home/services/cloudfront/quotas, and run this again."
    ),
    "TooManyPublicKeysInKeyGroup": (
        "A key group can have 5 keys. Take one that signs nothing any more out of it in the CloudFront console, and run this "
        "again."
    ),
}


class AwsError(TutorError):
    """An answer of AWS's that this plugin can not go on from.

    `code` is AWS's error code, or the name of botocore's exception where there was no answer.
    """

    def __init__(self, message: str, code: str, aws_message: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.aws_message = aws_message


@contextmanager
def unless(*codes: str) -> Iterator[None]:
    """Pass over AWS's errors that say that there is nothing left to do."""
    try:
        yield
    except AwsError as e:
        if e.code not in codes:
            raise


def translated(error: Exception, service: str, operation: str) -> AwsError:
    """Return the error to show for an exception of botocore's; `service` and `operation` are as in `cloudfront:GetX`."""
    if isinstance(error, boto.ClientError):
        return _answered(error, service, operation)
    code = type(error).__name__
    if isinstance(error, (boto.NoCredentialsError, boto.PartialCredentialsError)):
        return AwsError(f"There are no AWS credentials. {CREDENTIALS_MEND} {WITHOUT_ACCOUNT}", code)
    if isinstance(error, boto.ProfileNotFound):
        return AwsError(f"{error}. `aws configure list-profiles` shows those that there are.", code)
    if isinstance(error, boto.CredentialRetrievalError):  # by a program that the profile names
        return AwsError(f"AWS credentials could not be had: {error}\nLog in again, as this profile wants it.", code)
    if isinstance(error, (boto.SSOError, boto.TokenRetrievalError)):
        return AwsError(f"AWS credentials could not be had: {error}\nLog in again, with `aws sso login`.", code)
    if isinstance(error, (boto.HTTPClientError, boto.ConnectionError)):
        return AwsError(
            f"{operation}: AWS could not be reached: {error}\nCheck the network and run this again: it goes on from "
            "where it was.",
            code,
        )
    if isinstance(error, ResponseParserError):  # whose message shows all of the answer
        return not_of_aws(operation)
    return AwsError(f"{operation}: {error}", code)


def not_of_aws(operation: str) -> AwsError:
    """Return the error for an answer that can not be read."""
    return AwsError(
        f"{operation}: what came back is not an answer of AWS's. Is there a proxy or a login page on the way? See to "
        "that and run this again: it goes on from where it was.",
        ResponseParserError.__name__,
    )


def _answered(error: boto.ClientError, service: str, operation: str) -> AwsError:
    answer: t.Any = error.response.get("Error", {})
    code, message = answer.get("Code", "Unknown"), answer.get("Message", "")
    told = f"{operation}: {message or 'no reason given'} ({code})"
    return AwsError(f"{told}\n{mend}" if (mend := _mend(code, message, service, operation)) else told, code, message)


def _mend(code: str, message: str, service: str, operation: str) -> str:
    if code in DENIED:
        return f"These credentials may not do this: an IAM policy must allow {_action(message, service, operation)}."
    if code in BAD_CREDENTIALS:
        return f"AWS does not accept these credentials. {CREDENTIALS_MEND}"
    if code.startswith("TooMany"):
        return MENDS.get(code, QUOTA_MEND)
    return MENDS.get(code, "")


def _action(message: str, service: str, operation: str) -> str:
    named = re.search(r"not authorized to perform: ([\w-]+:\w+)", message)
    return named.group(1) if named else ACTIONS.get(operation, f"{service}:{operation}")
