"""The words of CloudFront's API → those of its CloudFormation types, which are nearly the same.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_CloudFront.html
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

#: Fields with two names: the API's, and CloudFormation's.
SPELLINGS = {
    "ACMCertificateArn": "AcmCertificateArn",
    "CustomHeaders": "OriginCustomHeaders",
    "IsIPV6Enabled": "IPV6Enabled",
    "OriginSslProtocols": "OriginSSLProtocols",
    "SSLSupportMethod": "SslSupportMethod",
}
#: CloudFormation makes one itself.
CALLER_REFERENCE = "CallerReference"
#: The parts of a list in the API: its members, and whether it holds, which there follows from its having members.
LIST = ("Items", "Enabled")
#: Lists that CloudFormation has with their members under `Items` as well begin like this.
CORS_LIST = "AccessControl"
#: Fields that are said also when they are empty.
SAID_EMPTY = {"OriginAccessIdentity"}


def properties(config: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a configuration as CloudFormation takes it: lists plain, and what is empty not said."""
    result: dict[str, t.Any] = {}
    for key, value in config.items():
        if key == CALLER_REFERENCE:
            continue
        if isinstance(value, Mapping) and "Items" in value and not key.startswith(CORS_LIST):
            result[SPELLINGS.get(key, key)] = [_spelled(item) for item in value["Items"]]
            # What a list carries along (methods: those that are cached) stands beside it there.
            result |= properties({name: item for name, item in value.items() if name not in LIST})
        else:
            result[SPELLINGS.get(key, key)] = _spelled(value)
    return {key: value for key, value in result.items() if value not in (None, "", []) or key in SAID_EMPTY}


def _spelled(value: t.Any) -> t.Any:
    return properties(value) if isinstance(value, Mapping) else value
