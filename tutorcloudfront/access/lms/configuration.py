"""The Django settings of the app, and the gate that they make.

CLOUDFRONT_MEDIA_HOST               the host of the private media, `media.learn.example.com`
CLOUDFRONT_KEY_ID                   the id that CloudFront gave the public key
CLOUDFRONT_PRIVATE_KEY              the private key in PEM, or else
CLOUDFRONT_SIGNING_SECRET           the name of the secret in AWS Secrets Manager that has it,
CLOUDFRONT_SIGNING_SECRET_REGION    the secret's region,
CLOUDFRONT_KEY_FINGERPRINT          and the fingerprint of the public key, under which the secret has it
CLOUDFRONT_SIGNING_ALGORITHM        `rsa-sha1` (default), `rsa-sha256` or `ecdsa-sha256`
CLOUDFRONT_SIGNED_TTL               seconds that a signature lasts, 7200 by default
CLOUDFRONT_COOKIE_DOMAIN            what LMS and media host have in common; SESSION_COOKIE_DOMAIN by default
CLOUDFRONT_COOKIE_SAMESITE          `Lax` by default; `None` for pages of other sites
CLOUDFRONT_ACCESS                   dotted path of the callable that decides; access to the course by default
"""

from __future__ import annotations

import functools
import typing as t
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from tutorcloudfront.access.gate import Gate
from tutorcloudfront.access.keys import Key
from tutorcloudfront.access.media import SECONDS, Media, covers

if t.TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

#: Whether a user may open a path, or all that is in a folder: see `Gate.may_open`.
ACCESS = "tutorcloudfront.access.lms.courses.may_open_course"


@dataclass(frozen=True)
class Configuration:
    """What the settings say."""

    host: str
    key: Key
    seconds: int
    cookie_domain: str
    same_site: str
    access: str = ACCESS

    @property
    def is_complete(self) -> bool:
        """Whether there is something to sign for, and something to sign with."""
        return bool(self.host and self.key)

    @property
    def cookies_arrive(self) -> bool:
        """Whether the media host gets the cookies that the LMS sets."""
        return bool(self.cookie_domain) and covers(self.cookie_domain, self.host)


def configuration() -> Configuration:
    """Read the settings, with nothing looked up yet."""
    return Configuration(
        host=_setting("CLOUDFRONT_MEDIA_HOST"),
        key=Key.of(_setting),
        seconds=int(_setting("CLOUDFRONT_SIGNED_TTL") or SECONDS),
        cookie_domain=_setting("CLOUDFRONT_COOKIE_DOMAIN") or _setting("SESSION_COOKIE_DOMAIN"),
        same_site=_setting("CLOUDFRONT_COOKIE_SAMESITE") or "Lax",
        access=_setting("CLOUDFRONT_ACCESS") or ACCESS,
    )


def gate() -> Gate[AbstractUser] | None:
    """Return the gate, or None where the settings name no host or no key."""
    found = configuration()
    return Gate(media(found), import_string(found.access)) if found.is_complete else None


@functools.lru_cache(maxsize=4)
def media(configuration: Configuration) -> Media:
    """Return the media host with a signer whose key has been read. What fails is tried again with the next request."""
    return Media(
        configuration.key.signer(),
        configuration.host,
        seconds=configuration.seconds,
        cookie_domain=configuration.cookie_domain,
        same_site=configuration.same_site,
    )


def _setting(name: str) -> str:
    return str(getattr(settings, name, "") or "")
