"""The AWS account: who asks, what may be asked, how much room there is, which certificates there are."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from tutorcloudfront.aws.client import PARALLEL, Aws
from tutorcloudfront.aws.errors import AwsError
from tutorcloudfront.aws.kinds import KINDS
from tutorcloudfront.doctor.facts import AccountFacts, Certificate, Identity, Refusal, Usage
from tutorcloudfront.doctor.probes.parallel import side_by_side
from tutorcloudfront.doctor.probes.permissions import simulate
from tutorcloudfront.resources.tags import PREFIX_TAG
from tutorcloudfront.settings import Settings
from tutorcloudfront.sites import Site

#: What an account may have unless it asked for more, by the kinds of `aws.kinds`:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
DEFAULT_QUOTAS = {
    "distribution": 500,
    "cache_policy": 20,
    "origin_request_policy": 20,
    "response_headers_policy": 20,
    "function": 100,
    "public_key": 10,
    "key_group": 10,
    "origin_access_control": 100,
}
#: Where Service Quotas has the account's own: https://docs.aws.amazon.com/general/latest/gr/cf_region.html
QUOTA_CODES = {
    "distribution": "L-24B04930",
    "cache_policy": "L-7D134442",
    "origin_request_policy": "L-C3659C43",
    "response_headers_policy": "L-CF0D4FC5",
}
TAGS = "tags"

T = t.TypeVar("T")


def look_at_account(
    aws: Aws, settings: Settings, sites: Sequence[Site], certificates: Iterable[str] = ()
) -> AccountFacts:
    """Return what AWS tells of the account. Without an identity nothing else is asked."""
    identity = _identity(aws)
    if isinstance(identity, Refusal):
        return AccountFacts(identity)
    jobs: dict[tuple[str, str], Callable[[], t.Any]] = {
        ("count", TAGS): partial(_tagged, aws, settings.resource_prefix),
        ("simulation", ""): partial(simulate, aws, identity, settings, sites),
        **{("count", name): partial(_count, aws, name) for name in KINDS},
        **{("quota", name): partial(_quota, aws, code) for name, code in QUOTA_CODES.items()},
        **{("certificate", arn): partial(certificate, aws, arn) for arn in certificates},
    }
    seen = side_by_side(jobs, PARALLEL)
    counts = {name: seen["count", name] for name in (*KINDS, TAGS)}
    return AccountFacts(
        identity,
        {name: count if isinstance(count, Refusal) else None for name, count in counts.items()},
        tuple(_usage(counts, {name: seen["quota", name] for name in QUOTA_CODES})),
        seen["simulation", ""],
        {key[1]: value for key, value in seen.items() if key[0] == "certificate"},
    )


def refusal(error: AwsError) -> Refusal:
    message, _, mend = str(error).partition("\n")
    return Refusal(error.code, message, mend)


def certificate(aws: Aws, arn: str) -> Certificate | Refusal:
    """Return what ACM tells of a certificate."""
    found = _attempt(lambda: aws.call("acm", "DescribeCertificate", CertificateArn=arn)["Certificate"])
    if isinstance(found, Refusal):
        return found
    told = Certificate(
        arn,
        found["Status"],
        tuple(found.get("SubjectAlternativeNames") or [found["DomainName"]]),
        found.get("NotAfter"),
        imported=found.get("Type") == "IMPORTED",
        reason=found.get("FailureReason", ""),
        records=_records(found.get("DomainValidationOptions", [])),
    )
    renewal = found.get("RenewalSummary")
    if not renewal:
        return told
    return replace(
        told,
        renewal=renewal.get("RenewalStatus", ""),
        reason=told.reason or renewal.get("RenewalStatusReason", ""),
        records=told.records or _records(renewal.get("DomainValidationOptions", [])),
    )


def _records(options: Sequence[dict[str, t.Any]]) -> tuple[str, ...]:
    """Return the DNS records by which ACM would know that the domains are the user's, where it does not yet."""
    open_ones = (option.get("ResourceRecord") for option in options if option.get("ValidationStatus") != "SUCCESS")
    return tuple(sorted({f"{record['Name']} {record['Type']} {record['Value']}" for record in open_ones if record}))


def _identity(aws: Aws) -> Identity | Refusal:
    answer = _attempt(lambda: aws.call("sts", "GetCallerIdentity"))
    return answer if isinstance(answer, Refusal) else Identity(answer["Account"], answer["Arn"])


def _count(aws: Aws, kind: str) -> int | Refusal:
    if kind == "function":
        # Every function has a development stage, and only some are live; the quota counts all.
        return _attempt(lambda: sum(1 for _ in aws.cloudfront_list("ListFunctions", Stage="DEVELOPMENT")))
    return _attempt(lambda: len(KINDS[kind].list(aws)))


def _tagged(aws: Aws, prefix: str) -> int | Refusal:
    return _attempt(lambda: len(aws.tagged(PREFIX_TAG, prefix)))


def _quota(aws: Aws, code: str) -> int | None:
    """Return an account's own quota, `None` where it can not be had."""
    answer = _attempt(lambda: aws.call("service-quotas", "GetServiceQuota", ServiceCode="cloudfront", QuotaCode=code))
    return None if isinstance(answer, Refusal) else int(answer["Quota"]["Value"])


def _usage(counts: dict[str, int | Refusal], quotas: dict[str, int | None]) -> Iterable[Usage]:
    for kind, default in DEFAULT_QUOTAS.items():
        used, own = counts.get(kind), quotas.get(kind)
        if isinstance(used, int):
            yield Usage(kind, used, default if own is None else own, asked=own is not None)


def _attempt(call: Callable[[], T]) -> T | Refusal:
    try:
        return call()
    except AwsError as e:
        return refusal(e)
