from __future__ import annotations

import typing as t
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.access.keys import KEY_ID, private_key
from tests.access.site import LMS, MEDIA, PASSWORD, configure

#: What the platform's settings have once the plugin has made a key.
SETTINGS = {"CLOUDFRONT_MEDIA_HOST": MEDIA, "CLOUDFRONT_KEY_ID": KEY_ID}


@pytest.fixture(scope="session")
def running_lms(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Django, which a process has once."""
    configure(tmp_path_factory.mktemp("lms"))


@pytest.fixture
def bare_lms(running_lms: None) -> Iterator[None]:
    """The LMS with the app, and none of its settings."""
    from tutorcloudfront.access.lms import configuration

    configuration.media.cache_clear()
    yield
    configuration.media.cache_clear()


@pytest.fixture
def lms(bare_lms: None) -> Iterator[None]:
    """The LMS with a media host and a key."""
    from django.test import override_settings

    with override_settings(**SETTINGS, CLOUDFRONT_PRIVATE_KEY=private_key()):
        yield


@pytest.fixture
def browser_of(running_lms: None) -> Callable[[str], t.Any]:
    """Return clients that are logged in by name, "" for one that is not."""
    from django.test import Client

    def client(name: str) -> Client:
        made = Client(SERVER_NAME=LMS, enforce_csrf_checks=True)
        made.defaults["wsgi.url_scheme"] = "https"
        if name:
            assert made.login(username=name, password=PASSWORD)
        return made

    return client


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "pk.pem"
    path.write_text(private_key(), encoding="ascii")
    return path
