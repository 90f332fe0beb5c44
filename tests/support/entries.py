"""Settings as people write them, without the defaults that Tutor adds, and what is said of them."""

from __future__ import annotations

import typing as t

import pytest
from tutor.types import Config

from tests.edge_functions.tokens import jwk, private_key
from tutorcloudfront.settings import Settings, SettingsError, check
from tutorcloudfront.settings.reading import FACTS

UUID = "12345678-90ab-cdef-1234-567890abcdef"
CERTIFICATE = f"arn:aws:acm:us-east-1:111122223333:certificate/{UUID}"
NEEDED = (
    "a certificate is needed: request one for {} from AWS Certificate Manager in us-east-1 (it is free), "
    "and put its ARN {}"
)
KEYS = {"keys": [jwk(private_key())]}
COGNITO: dict[str, t.Any] = {"cognito_user_pool_id": "eu-west-1_AbC", "cognito_client_id": ["a", "b"]}


def config(**settings: t.Any) -> Config:
    platform: Config = {
        "LMS_HOST": "learn.example.com",
        "CMS_HOST": "studio.learn.example.com",
        "MFE_HOST": "apps.learn.example.com",
        "ENABLE_HTTPS": True,
    }
    return {**platform, **{name if name in FACTS else f"CLOUDFRONT_{name}": value for name, value in settings.items()}}


def checked(**settings: t.Any) -> Settings:
    return check(config(**settings))


def errors(**settings: t.Any) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        checked(**settings)
    assert str(caught.value).splitlines() == list(caught.value.errors)
    return list(caught.value.errors)


def extra(**keys: t.Any) -> dict[str, t.Any]:
    return {
        "domain": "apps.learn.example.com",
        "alias": "build.example.com",
        "certificate_arn": CERTIFICATE,
        **keys,
    }


def service(**keys: t.Any) -> dict[str, t.Any]:
    """Return an entry for a service; `None` leaves a key out."""
    entry = {
        "domain": "images.learn.example.com",
        "service": "medical-imaging",
        "access": "jwt",
        "certificate_arn": CERTIFICATE,
        **keys,
    }
    return {name: value for name, value in entry.items() if value is not None}
