"""Storages of django-storages, as a platform's settings have them, and which of them sign."""

from __future__ import annotations

import copy
import importlib
import time
import typing as t
from datetime import datetime, timezone

import pytest

from tests.access.keys import KEY_ID, is_admitted, private_key
from tests.access.site import MEDIA
from tutorcloudfront.access.storages import sign_storages

S3 = "storages.backends.s3.S3Storage"
PRIVATE = "acme-course-media"
KEY_SETTINGS = ("CLOUDFRONT_KEY_ID", "CLOUDFRONT_PRIVATE_KEY", "CLOUDFRONT_SIGNING_ALGORITHM")
Settings = dict[str, t.Any]


def settings() -> Settings:
    """The settings of a platform with a private bucket among others."""
    return {
        "AWS_STORAGE_BUCKET_NAME": "acme-public",
        "STORAGES": {
            "default": {"BACKEND": S3},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
            "video_transcripts": {"BACKEND": S3, "OPTIONS": {"bucket_name": PRIVATE, "location": "transcripts"}},
            "of_old": {"BACKEND": "storages.backends.s3boto3.S3Boto3Storage", "OPTIONS": {"bucket_name": PRIVATE}},
            "profile_images": {"BACKEND": S3, "OPTIONS": {"bucket_name": PRIVATE, "querystring_auth": False}},
            "static_in_s3": {"BACKEND": "storages.backends.s3.S3StaticStorage", "OPTIONS": {"bucket_name": PRIVATE}},
        },
        "GRADES_DOWNLOAD": {
            "STORAGE_CLASS": S3,
            "STORAGE_KWARGS": {"bucket_name": PRIVATE, "location": "grades", "querystring_expire": 300},
        },
        "VIDEO_IMAGE_SETTINGS": {"STORAGE_KWARGS": {"location": "/openedx/media"}},
        "COURSE_IMPORT_EXPORT_STORAGE": "openedx.core.storage.ImportExportS3Storage",
    }


def signed(algorithm: str = "rsa-sha1", base: Settings | None = None, **changes: t.Any) -> Settings:
    """Return settings after the call with which the plugin ends them."""
    key = {
        "CLOUDFRONT_KEY_ID": KEY_ID,
        "CLOUDFRONT_PRIVATE_KEY": private_key(algorithm),
        "CLOUDFRONT_SIGNING_ALGORITHM": algorithm,
    }
    made = {**(settings() if base is None else base), **key, **changes}
    sign_storages(made, {PRIVATE: MEDIA})
    return made


def storage(backend: str, options: Settings) -> t.Any:
    """Make a storage as Django does, with credentials that nobody has."""
    module, _, name = backend.rpartition(".")
    credentials = {"access_key": "AKIAIOSFODNN7EXAMPLE", "secret_key": "none", "region_name": "us-east-1"}
    return getattr(importlib.import_module(module), name)(**{**credentials, **options})


def url(settings: Settings, alias: str, name: str = "a b/ü+1.vtt") -> str:
    from django.test import override_settings

    found = settings["STORAGES"][alias]
    with override_settings(**{name: value for name, value in settings.items() if name.startswith("AWS_")}):
        made: str = storage(found["BACKEND"], found.get("OPTIONS", {})).url(name)
    return made


pytestmark = pytest.mark.usefixtures("running_lms")


@pytest.mark.parametrize("algorithm", ["rsa-sha1", "rsa-sha256", "ecdsa-sha256"])
@pytest.mark.parametrize("alias", ["video_transcripts", "of_old"])
def test_private_storage_makes_urls_that_cloudfront_lets_in(alias: str, algorithm: str) -> None:
    made = url(signed(algorithm), alias)

    folder = "transcripts/" if alias == "video_transcripts" else ""
    assert made.startswith(f"https://{MEDIA}/{folder}a%20b/%C3%BC%2B1.vtt?Expires=")
    assert is_admitted(made, time.time() + 7000, algorithm=algorithm)
    assert not is_admitted(made, time.time() + 7201, algorithm=algorithm)
    assert not is_admitted(made.replace("1.vtt", "2.vtt"), time.time(), algorithm=algorithm)


def test_storages_of_the_platform_s_own_settings_sign_as_well() -> None:
    grades = signed()["GRADES_DOWNLOAD"]
    made = storage(S3, grades["STORAGE_KWARGS"]).url("report.csv")

    assert made.startswith(f"https://{MEDIA}/grades/report.csv?")
    assert is_admitted(made, time.time() + 290)
    assert not is_admitted(made, time.time() + 301)


def test_all_others_stay_as_they_are() -> None:
    before, after = settings(), signed()

    for alias in ("default", "staticfiles", "profile_images", "static_in_s3"):
        assert after["STORAGES"][alias].get("OPTIONS", {}) == before["STORAGES"][alias].get("OPTIONS", {})
    for name in ("VIDEO_IMAGE_SETTINGS", "COURSE_IMPORT_EXPORT_STORAGE", "AWS_STORAGE_BUCKET_NAME"):
        assert after[name] == before[name]
    assert after.keys() - before.keys() == {*KEY_SETTINGS}


@pytest.mark.parametrize("alias", ["default", "profile_images", "static_in_s3"])
def test_public_storage_makes_the_urls_that_it_made(alias: str) -> None:
    made = url(signed(), alias)

    assert made.partition("?")[0] == url(settings(), alias).partition("?")[0]
    assert MEDIA not in made
    assert "Key-Pair-Id" not in made


def test_storage_without_a_bucket_of_its_own_is_in_the_default_one() -> None:
    made = url(signed(base={**settings(), "AWS_STORAGE_BUCKET_NAME": PRIVATE}), "default")

    assert is_admitted(made, time.time())


def test_default_bucket_that_is_public_is_not_signed_for() -> None:
    base = {**settings(), "AWS_STORAGE_BUCKET_NAME": PRIVATE, "AWS_QUERYSTRING_AUTH": False}

    assert "cloudfront_signer" not in signed(base=copy.deepcopy(base))["STORAGES"]["default"].get("OPTIONS", {})


@pytest.mark.parametrize("missing", ["CLOUDFRONT_KEY_ID", "CLOUDFRONT_PRIVATE_KEY"])
def test_without_a_key_nothing_changes(missing: str) -> None:
    nothing: Settings = {missing: ""}

    assert {name: value for name, value in signed(**nothing).items() if name not in KEY_SETTINGS} == settings()


def test_settings_without_storages_stay_as_they_are() -> None:
    assert signed(base={"DEBUG": False}).keys() == {"DEBUG", *KEY_SETTINGS}


def test_urls_last_as_long_as_the_setting_says() -> None:
    made = url(signed(CLOUDFRONT_SIGNED_TTL=60), "video_transcripts")

    assert is_admitted(made, time.time() + 50)
    assert not is_admitted(made, time.time() + 61)


def test_settings_can_be_made_twice() -> None:
    made = signed(base=signed())

    assert is_admitted(url(made, "video_transcripts"), time.time())


def test_key_is_read_when_the_first_url_is_made() -> None:
    """Settings are read by many commands, and some where there is no key yet."""
    made = signed(CLOUDFRONT_PRIVATE_KEY="no key")

    assert private_key() not in repr(made)
    with pytest.raises(ValueError, match="private key must be"):
        url(made, "video_transcripts")


def test_time_is_that_of_utc_wherever_the_server_is(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = signed()["STORAGES"]["video_transcripts"]["OPTIONS"]["cloudfront_signer"]
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        end = datetime(2037, 1, 1, tzinfo=timezone.utc)
        made = signer.generate_presigned_url(f"https://{MEDIA}/a", date_less_than=end.replace(tzinfo=None))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert f"Expires={int(end.timestamp())}&" in made
