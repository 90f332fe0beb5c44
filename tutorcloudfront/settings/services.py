"""AWS services as origins: where they are, and what may be asked of them.

Only what a service's name does not tell is listed here. Endpoints: https://docs.aws.amazon.com/general/latest/gr/rande.html
"""

from __future__ import annotations

import re

from tutorcloudfront.settings.errors import quoted

#: The first part of the hosts that have what browsers want, where it is not the service's name.
#: https://docs.aws.amazon.com/healthimaging/latest/devguide/using-dicomweb.html
HOSTS = {"medical-imaging": "dicom-medical-imaging"}
#: Services of which each user has hosts of its own.
OWN_HOSTS = ("aoss", "appsync", "es", "execute-api")
#: https://docs.aws.amazon.com/vpc/latest/userguide/aws-ipv6-support.html (`api.aws`)
AWS = (".amazonaws.com", ".api.aws", ".on.aws")
#: What is asked for with GET: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awshealthimaging.html
ACTIONS = {
    "medical-imaging": (
        "medical-imaging:GetDICOMInstance",
        "medical-imaging:GetDICOMInstanceFrames",
        "medical-imaging:GetDICOMInstanceMetadata",
        "medical-imaging:GetDICOMSeriesMetadata",
    )
}
RESOURCES = {"medical-imaging": "arn:aws:medical-imaging:{region}:*:datastore/*"}


def host_of(service: str, region: str) -> str:
    """Return the host by which a service is asked in a region."""
    return f"{HOSTS.get(service, service)}.{region}.amazonaws.com"


def resources_of(service: str, region: str) -> tuple[str, ...]:
    """Return what a service is asked about, unless the settings say so."""
    return tuple(arn.format(region=region) for arn in [RESOURCES.get(service, "")] if arn)


def checked_host(host: str, service: str) -> str:
    """Return a service's host, "" for the usual one; nothing is signed for hosts of others."""
    if not host and service in OWN_HOSTS:
        raise ValueError(f"is missing: {quoted(service)} has another host for each of its users, so name yours")
    if host and not host.endswith(AWS):
        raise ValueError(
            f"must be a host of AWS's, such as {quoted(host_of(service, 'us-east-1'))}, not {quoted(host)}"
        )
    return host


def checked_actions(actions: tuple[str, ...], service: str) -> tuple[str, ...]:
    """Return the IAM actions that a service is asked for, with the name of the service before each."""
    if not actions and service not in ACTIONS:
        raise ValueError(f"is missing: the IAM actions that {service} is asked for, such as '{service}:Get…'")
    for action in actions:
        if not re.fullmatch(r"([a-z0-9-]+:)?[A-Za-z][A-Za-z0-9]*\*?", action):
            raise ValueError(f"must be IAM actions such as '{service}:Get…', not {quoted(action)}")
    return tuple(action if ":" in action else f"{service}:{action}" for action in actions) or ACTIONS[service]


def checked_resources(resources: tuple[str, ...], service: str) -> tuple[str, ...]:
    """Return the ARNs of what a service is asked about, none where they follow from the service."""
    if not resources and service not in RESOURCES:
        raise ValueError(f"is missing: the ARNs of what {service} is asked about")
    for arn in resources:
        if arn != "*" and not re.fullmatch(r"arn:aws:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12}|\*|):\S+", arn):
            raise ValueError(
                f"must be ARNs such as 'arn:aws:{service}:us-east-1:111122223333:…', or '*' for actions that know no "
                f"resources, not {quoted(arn)}"
            )
    return resources
