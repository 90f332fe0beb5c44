"""Alternate domain names, and the certificates that prove a right to them.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
"""

from __future__ import annotations

import re

from tutorcloudfront.sandbox.configs import Config, items
from tutorcloudfront.sandbox.refusal import invalid_if, refuse_if
from tutorcloudfront.sandbox.store import Resource, Store

MAX_ALIASES = 100
MAX_HOST = 253
HOST = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.I)
#: Only by agreement with AWS, and for hundreds of dollars a month.
DEDICATED_ADDRESSES = ("vip", "static-ip")


def check_aliases(store: Store, config: Config, old: Resource | None) -> None:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html#alternate-domain-names-restrictions"""
    aliases = [alias.lower() for alias in items(config["Aliases"])]
    refuse_if(
        len(aliases) > MAX_ALIASES,
        "TooManyDistributionCNAMEs",
        "Your request contains more CNAMEs than are allowed per distribution.",
    )
    invalid_if(len(set(aliases)) < len(aliases), "The parameter CNAME contains duplicates.")
    for alias in aliases:
        fits = len(alias) <= MAX_HOST and HOST.fullmatch(alias)
        invalid_if(not fits, "The parameter CNAME contains one or more parameters that are not valid.")
    others = (other for other in store.custom("Distribution") if other is not old)
    taken = {alias.lower() for other in others for alias in items(other.config["Aliases"])}
    refuse_if(
        taken & set(aliases),
        "CNAMEAlreadyExists",
        "One or more of the CNAMEs you provided are already associated with a different resource.",
    )


def check_viewer_certificate(store: Store, config: Config) -> None:
    """Check what was given, not completed: to complete a certificate is to overrule some of it.

    https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html
    """
    aliases = items(config.get("Aliases"))
    certificate = config.get("ViewerCertificate", {})
    _refuse(certificate.get("IAMCertificateId"), _NO_SUCH_CERTIFICATE)
    if certificate.get("ACMCertificateArn"):
        _check_own(certificate)
        _check_cover(store, certificate["ACMCertificateArn"], aliases)
        return
    _refuse(
        aliases,
        "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate "
        "that validates your authorization to use the domain name.",
    )
    # What comes back from AWS, a method of "vip" among it, may be sent again.
    _refuse(
        certificate.get("SSLSupportMethod", "vip") != "vip" or certificate.get("CertificateSource") == "acm",
        "SSLSupportMethod must not be set for the CloudFront default certificate.",
    )


def _check_own(certificate: Config) -> None:
    arn = certificate["ACMCertificateArn"]
    _refuse(certificate.get("CloudFrontDefaultCertificate"), "Specify one certificate: CloudFront's own or another.")
    _refuse(certificate.get("Certificate", arn) != arn, "Your ACMCertificateArn does not match the Certificate field.")
    _refuse(
        certificate.get("CertificateSource", "acm") != "acm",
        'Cannot specify ACMCertificateArn and a CertificateSource not equal to "acm".',
    )
    method, minimum = certificate.get("SSLSupportMethod"), certificate.get("MinimumProtocolVersion")
    _refuse(not method or not minimum, "Specify SSLSupportMethod and MinimumProtocolVersion with a certificate.")
    _refuse(method in DEDICATED_ADDRESSES, f"The account is not approved for the SSLSupportMethod {method}.")
    refuse_if(
        minimum == "SSLv3",
        "InvalidMinimumProtocolVersion",
        "The specified MinimumProtocolVersion cannot be used with the specified SSLSupportMethod.",
    )


def _check_cover(store: Store, arn: str, aliases: list[str]) -> None:
    here = arn.startswith(f"arn:aws:acm:us-east-1:{store.account}:certificate/")
    hosts = store.neighbours.certificate_hosts(arn) if here else None
    _refuse(hosts is None, _NO_SUCH_CERTIFICATE)
    for alias in aliases:
        _refuse(
            not any(covers(host, alias) for host in hosts or []),
            "The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) "
            f"that you're trying to add: {alias}",
        )


def covers(host: str, alias: str) -> bool:
    """Tell whether a name in a certificate is good for an alias; a wildcard stands for one label (RFC 6125, 6.4.3)."""
    host, alias = host.lower(), alias.lower()
    return host == alias or (host.startswith("*.") and host[2:] == alias.partition(".")[2])


_NO_SUCH_CERTIFICATE = (
    "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid "
    "certificate chain."
)


def _refuse(condition: object, message: str) -> None:
    refuse_if(condition, "InvalidViewerCertificate", message)
