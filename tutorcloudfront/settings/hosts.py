"""Host names, as CloudFront takes them for origins and for the hosts that browsers ask for.

Labels and lengths: https://www.rfc-editor.org/rfc/rfc1123#section-2.1. Neither an origin nor an alias can be an address:
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesDomainName
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata

from tutorcloudfront.settings.errors import quoted

MAX_HOST_LENGTH = 253
MAX_LABEL_LENGTH = 63
EXAMPLE = "'learn.example.com'"


def host_name(text: str) -> str:
    """Return the name of one host in lower case, or raise a ValueError that says what is wrong with it."""
    host = text.lower()
    if not host:
        raise ValueError(f"must be a host name such as {EXAMPLE}, and is empty")
    for problem in (_address, _url, _trailing_dot, _wildcard, _foreign_letters, _labels, _length):
        if message := problem(host):
            raise ValueError(message)
    return host


def viewer_host(text: str) -> str:
    """Like `host_name`, and `*.example.com` is good as well."""
    if not text.startswith("*."):
        return host_name(text)
    return f"*.{host_name(text[2:])}"


def host_or_empty(text: str) -> str:
    """Like `host_name`, and empty text is good as well."""
    return host_name(text) if text else ""


def _address(host: str) -> str:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return ""
    return f"must be a host name such as {EXAMPLE}, not the IP address {quoted(host)}, which CloudFront does not take"


def _url(host: str) -> str:
    if not re.search(r"[/?#@:\\]", host):
        return ""
    name = re.split(r"[/?#\\]", host.split("://")[-1])[0].split("@")[-1].split(":")[0]
    right = quoted(name) if name else EXAMPLE
    return f"must be a host name without scheme, port or path: {right} in place of {quoted(host)}"


def _trailing_dot(host: str) -> str:
    if host[-1] != ".":
        return ""
    return f"must not end with a dot: {quoted(host.rstrip('.') or 'learn.example.com')} in place of {quoted(host)}"


def _wildcard(host: str) -> str:
    if "*" not in host:
        return ""
    return f"must name one host, not {quoted(host)} (only the `domain` of an extra domain may begin with `*.`)"


def _foreign_letters(host: str) -> str:
    if host.isascii():
        return ""
    spelled = _punycode(host)
    try:
        # Letters, marks and numbers of any script; punycode itself would spell anything.
        is_name = all(c.isascii() or unicodedata.category(c)[0] in "LMN" for c in host) and bool(host_name(spelled))
    except ValueError:
        is_name = False
    if not is_name:
        return f"has characters that no host name has: {quoted(host)}"
    return f"must be written in punycode, as DNS has it: {quoted(spelled)} in place of {quoted(host)}"


def _punycode(host: str) -> str:
    """Return the ASCII spelling of an internationalized name: https://www.rfc-editor.org/rfc/rfc5890#section-2.3.2.1

    Python's `idna` codec follows the older standard of 2003, which spells `straße` as `strasse`, another host.
    """
    labels = unicodedata.normalize("NFKC", host).split(".")
    return ".".join(label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels)


def _labels(host: str) -> str:
    labels = host.split(".")
    if "" in labels:
        return f"has nothing before or between dots: {quoted(host)}"
    for label in labels:
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", label):
            return (
                f"may have only letters, digits and inner hyphens between the dots: {quoted(label)} in {quoted(host)}"
            )
        if len(label) > MAX_LABEL_LENGTH:
            return f"may have {MAX_LABEL_LENGTH} characters between dots: {quoted(label)} has {len(label)}"
    if len(labels) == 1:
        return f"must be a full host name such as {EXAMPLE}: {quoted(host)} has no dot"
    if labels[-1].isdigit():
        return f"must be a host name such as {EXAMPLE}: {quoted(host)} ends in a number, as only an IP address may"
    return ""


def _length(host: str) -> str:
    return f"may have {MAX_HOST_LENGTH} characters and has {len(host)}" if len(host) > MAX_HOST_LENGTH else ""
