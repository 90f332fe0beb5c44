"""Origins.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html
"""

from __future__ import annotations

import ipaddress
import re

from tutorcloudfront.sandbox.configs import Config, items
from tutorcloudfront.sandbox.refusal import invalid_if, refuse_if
from tutorcloudfront.sandbox.store import Store

MAX_ORIGINS = 100
MAX_CUSTOM_HEADERS = 30
ORIGIN_TYPES = ("S3OriginConfig", "CustomOriginConfig", "VpcOriginConfig")
HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.I)
S3_HOST = re.compile(r"(?P<bucket>.+)\.s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?", re.I)


def check_origins(store: Store, config: Config) -> None:
    """Check the origins of a distribution one by one, and that there are not too many."""
    origins = items(config["Origins"])
    refuse_if(len(origins) > MAX_ORIGINS, "TooManyOrigins", "You cannot create more origins for the distribution.")
    ids = [origin["Id"] for origin in origins]
    invalid_if(len(set(ids)) < len(ids), "The parameter Origin Id contains duplicates.")
    for origin in origins:
        _check_host(origin["DomainName"])
        _check_path(origin["OriginPath"])
        _check_type(origin)
        _check_numbers(origin)
        _check_access_control(store, origin)


def is_path(path: str) -> bool:
    """Tell whether an origin can have this path, which may be none.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginPath
    """
    return not path or (path.startswith("/") and not path.endswith("/") and len(path) <= 255)


def is_port(port: int) -> bool:
    """Tell whether an origin can be asked at this port.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesHTTPPort
    """
    return port in (80, 443) or 1024 <= port <= 65535


def _check_host(host: str) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        invalid_if(True, "The parameter origin name cannot be an IP address.")
    invalid_if(len(host) > 253 or not HOST.fullmatch(host), "The parameter origin name must be a domain name.")


def _check_path(path: str) -> None:
    invalid_if(not is_path(path), "The parameter OriginPath must begin with a slash, and must not end with one.")


def _check_type(origin: Config) -> None:
    types = [name for name in ORIGIN_TYPES if name in origin]
    invalid_if(len(types) != 1, "The parameter Origin must have exactly one origin type.")
    invalid_if(
        types == ["S3OriginConfig"] and not S3_HOST.fullmatch(origin["DomainName"]),
        "The parameter Origin DomainName does not refer to a valid S3 bucket.",
    )


def _check_numbers(origin: Config) -> None:
    refuse_if(
        len(items(origin["CustomHeaders"])) > MAX_CUSTOM_HEADERS,
        "TooManyOriginCustomHeaders",
        "Your request contains too many origin custom headers.",
    )
    invalid_if(not 1 <= origin["ConnectionAttempts"] <= 3, "The parameter ConnectionAttempts must be from 1 to 3.")
    invalid_if(not 1 <= origin["ConnectionTimeout"] <= 10, "The parameter ConnectionTimeout must be from 1 to 10.")
    if "CustomOriginConfig" not in origin:
        return
    custom = origin["CustomOriginConfig"]
    for name in ("HTTPPort", "HTTPSPort"):
        invalid_if(not is_port(custom[name]), f"The parameter {name} must be 80, 443 or from 1024 to 65535.")
    for name in ("OriginReadTimeout", "OriginKeepaliveTimeout"):
        refuse_if(not 1 <= custom[name] <= 120, f"Invalid{name}", f"The parameter {name} must be from 1 to 120.")


def _check_access_control(store: Store, origin: Config) -> None:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html"""
    id_ = origin["OriginAccessControlId"]
    if not id_:
        return
    control = store.of_kind("OriginAccessControl").get(id_)
    refuse_if(control is None, "InvalidOriginAccessControl", "The origin access control does not exist.")
    refuse_if(
        origin.get("S3OriginConfig", {}).get("OriginAccessIdentity"),
        "IllegalOriginAccessConfiguration",
        "An origin cannot contain both an origin access control (OAC) and an origin access identity (OAI).",
    )
    for_s3 = control is not None and control.config["OriginAccessControlOriginType"] == "s3"
    refuse_if(
        for_s3 != ("S3OriginConfig" in origin),
        "InvalidOriginAccessControl",
        "The origin access control is not of the type of the origin.",
    )
