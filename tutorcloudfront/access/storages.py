"""Has django-storages sign the URLs of the storages that are private, and of those only.

For the settings of a platform, whose last lines can be

    sign_storages(globals(), {"acme-course-media": "media.learn.example.com"})

The key is the one that the settings of `lms.configuration` name. A storage is private when its bucket is that of a site
whose signatures CloudFront demands. One that was told not to sign (`querystring_auth: False`) is left as it is, and so are
all other buckets'.
"""

from __future__ import annotations

import datetime
import re
import typing as t
from collections.abc import Mapping, MutableMapping

from tutorcloudfront.access.keys import Key
from tutorcloudfront.access.media import SECONDS

#: Storages of django-storages, and of the platform. Those for static files never sign.
CLASS = re.compile(r"S3(?!.*Static)\w*Storage")

Settings = MutableMapping[str, t.Any]
Options = MutableMapping[str, t.Any]


class StorageSigner:
    """What S3Storage takes as `cloudfront_signer`. The key is read when the first URL is signed.

    https://django-storages.readthedocs.io/en/latest/backends/amazon-S3.html#cloudfront-signed-urls
    """

    def __init__(self, key: Key) -> None:
        self._key = key

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._key!r})"

    def generate_presigned_url(self, url: str, date_less_than: datetime.datetime) -> str:
        """Return a signed URL; the time is one of UTC without saying so."""
        return self._key.signer().url(url, date_less_than.replace(tzinfo=datetime.timezone.utc))


def sign_storages(settings: Settings, buckets: Mapping[str, str]) -> None:
    """Have the storages of some buckets sign, if there is a key.

    :param settings: of Django, to be changed: the storages of STORAGES, and all settings with STORAGE_KWARGS, as
        GRADES_DOWNLOAD has them.
    :param buckets: the hosts of media sites by the bucket that is behind them.
    """
    key = Key.of(settings.get)
    if not key:
        return
    signer = StorageSigner(key)
    default_bucket = settings.get("AWS_STORAGE_BUCKET_NAME", "")
    for options in _s3_options(settings):
        host = buckets.get(_bucket(options) or default_bucket)
        if host and options.get("querystring_auth", settings.get("AWS_QUERYSTRING_AUTH", True)):
            options.update(custom_domain=host, querystring_auth=True, cloudfront_signer=signer)
            options.setdefault("querystring_expire", int(settings.get("CLOUDFRONT_SIGNED_TTL") or SECONDS))


def _s3_options(settings: Settings) -> list[Options]:
    """Return the options of all storages in S3, where they can be changed."""
    storages = [item for item in settings.get("STORAGES", {}).values() if _is_s3(item.get("BACKEND"))]
    found: list[Options] = [storage.setdefault("OPTIONS", {}) for storage in storages]
    for value in settings.values():
        options = value.get("STORAGE_KWARGS") if isinstance(value, dict) else None
        if isinstance(options, dict) and (_is_s3(value.get("STORAGE_CLASS")) or _bucket(options)):
            found.append(options)
    return found


def _bucket(options: Options) -> str:
    """Return the bucket of a storage, which the platform's own classes call otherwise."""
    return str(options.get("bucket_name") or options.get("bucket") or "")


def _is_s3(backend: object) -> bool:
    return CLASS.fullmatch(str(backend).rpartition(".")[2]) is not None
