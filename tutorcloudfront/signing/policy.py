"""Policies, to the byte: what is signed, and what CloudFront makes for itself to compare where a policy is canned.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html

Resources come from `urls`, so that nothing in them has to be escaped in JSON.
"""

from __future__ import annotations

import ipaddress
import re

from tutorcloudfront.signing.errors import AddressError

#: An address, or a range with the length of its prefix. Digits are ASCII's.
RANGE = re.compile(r"[0-9.]+(?:/[0-9]{1,2})?")


def canned(resource: str, expires: int) -> bytes:
    """Return the policy that says no more than when a URL expires, and that viewers need not send."""
    return f'{{"Statement":[{{"Resource":"{resource}","Condition":{{{_before(expires)}}}}}]}}'.encode()


def custom(resource: str, expires: int, starts: int | None = None, range_: str | None = None) -> bytes:
    """Return a policy with all that there can be, in the order of AWS's documentation."""
    conditions = _before(expires)
    if starts is not None:
        conditions += f',"DateGreaterThan":{{"AWS:EpochTime":{starts}}}'
    if range_ is not None:
        conditions += f',"IpAddress":{{"AWS:SourceIp":"{range_}"}}'
    return f'{{"Statement":[{{"Resource":"{resource}","Condition":{{{conditions}}}}}]}}'.encode()


def source_range(ip: str) -> str:
    """Return an address or range of addresses as policies have it, with the length of its prefix."""
    if not isinstance(ip, str):
        raise AddressError("the range of addresses must be text, such as 192.0.2.0/24")
    if ":" in ip:
        raise AddressError(
            "a policy can be for IPv4 addresses only, such as 192.0.2.0/24; CloudFront takes no IPv6 ones"
        )
    if not RANGE.fullmatch(ip):
        raise AddressError("the range must be one IPv4 address or range, such as 192.0.2.17 or 192.0.2.0/24")
    try:
        return str(ipaddress.IPv4Network(ip))
    except ValueError:
        raise AddressError(f"the range must be one IPv4 address or range{_meant(ip)}") from None


def _meant(ip: str) -> str:
    try:
        return f": {ipaddress.IPv4Network(ip, strict=False)} is what {ip} lies in"
    except ValueError:
        return ", such as 192.0.2.17 or 192.0.2.0/24"


def _before(expires: int) -> str:
    return f'"DateLessThan":{{"AWS:EpochTime":{expires}}}'
