"""Checked settings of a platform, for tests of what follows from them."""

from __future__ import annotations

import typing as t

from tutorcloudfront.plugin import DEFAULTS
from tutorcloudfront.settings import Settings, check

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
PREFIX = "learn-example-com"


def settings_of(**values: t.Any) -> Settings:
    """Return the settings of learn.example.com with some set: `settings_of(PRICE_CLASS="PriceClass_100")`."""
    return check(config_of(**values))


def config_of(**values: t.Any) -> dict[str, t.Any]:
    """Return the same as Tutor's configuration has it."""
    config: dict[str, t.Any] = {
        "LMS_HOST": "learn.example.com",
        "CMS_HOST": "studio.learn.example.com",
        "MFE_HOST": "apps.learn.example.com",
        "ENABLE_HTTPS": True,
    }
    rendered = {
        "LMS_DOMAIN": config["LMS_HOST"],
        "CMS_DOMAIN": config["CMS_HOST"],
        "RESOURCE_PREFIX": PREFIX,
    }
    return config | {f"CLOUDFRONT_{key}": value for key, value in (DEFAULTS | rendered | values).items()}


def extra_domain(domain: str = "apps.learn.example.com", **values: str) -> dict[str, str]:
    return {"domain": domain, "alias": f"origin-{domain}", "certificate_arn": CERTIFICATE, **values}
