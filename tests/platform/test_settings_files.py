"""The rendered Django settings, executed as LMS and Studio would."""

from __future__ import annotations

import builtins
import sys
import time
import types
import typing as t
from datetime import datetime, timedelta, timezone
from unittest.mock import MagicMock, patch

import pytest

from tests.access.keys import KEY_ID, is_admitted, private_key
from tests.support.project import Project
from tutorcloudfront.access.keys import Key

#: What the rendered files import of the platform.
PLATFORM = {
    "cms.envs.devstack",
    "cms.envs.production",
    "codejail.jail_code",
    "django.utils.deprecation",
    "lms.envs.devstack",
    "lms.envs.production",
    "openedx.core.lib.features_setting_proxy",
    "xmodule.modulestore.modulestore_settings",
}


class Settings(dict[str, t.Any]):
    """A module's names: those that the platform's own settings would define are there as soon as they are asked for."""

    def __missing__(self, name: str) -> t.Any:
        if hasattr(builtins, name):
            raise KeyError(name)
        self[name] = MagicMock(name=name)
        return self[name]


@pytest.fixture(autouse=True)
def platform(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have modules of the platform, whose STATIC_URL is what it is without this plugin."""
    for name in PLATFORM:
        parts = name.split(".")
        for depth in range(1, len(parts) + 1):
            monkeypatch.setitem(sys.modules, ".".join(parts[:depth]), MagicMock())
    for service, url in (("lms", "/static/"), ("cms", "/static/studio/")):
        for variant in ("production", "devstack"):
            module = types.ModuleType(f"{service}.envs.{variant}")
            vars(module).update(STATIC_URL=url)
            monkeypatch.setitem(sys.modules, module.__name__, module)


def execute(project: Project, name: str) -> Settings:
    settings = Settings()
    code = compile(project.rendered(f"apps/openedx/settings/{name}.py"), name, "exec")
    # Neither the platform's folders nor its warning filters are wanted here.
    with patch("os.makedirs"), patch("warnings.filterwarnings"):
        exec(code, settings)
    return settings


def test_static_files_come_from_the_platform_without_distributions(project_template: Project) -> None:
    assert execute(project_template, "lms/production")["STATIC_URL"] == "/static/"
    assert execute(project_template, "cms/production")["STATIC_URL"] == "/static/studio/"


def test_static_files_come_through_cloudfront_in_production(behind_cloudfront: Project) -> None:
    assert execute(behind_cloudfront, "lms/production")["STATIC_URL"] == "https://d1.cloudfront.net/static/"
    assert execute(behind_cloudfront, "cms/production")["STATIC_URL"] == "https://cdn.example.com/static/studio/"


@pytest.mark.parametrize("service", ["lms", "cms"])
def test_development_is_left_alone(project_template: Project, behind_cloudfront: Project, service: str) -> None:
    name = f"{service}/development"

    assert execute(behind_cloudfront, name)["STATIC_URL"] == execute(project_template, name)["STATIC_URL"]
    path = f"apps/openedx/settings/{name}.py"
    assert behind_cloudfront.rendered(path) == project_template.rendered(path)


def test_only_settings_and_caddyfiles_differ(project_template: Project, behind_cloudfront: Project) -> None:
    without, behind = project_template.rendered_tree(), behind_cloudfront.rendered_tree()

    assert {path for path in without.keys() | behind.keys() if without.get(path) != behind.get(path)} == {
        "apps/caddy/Caddyfile",
        "apps/openedx/settings/cms/production.py",
        "apps/openedx/settings/lms/production.py",
        "plugins/mfe/apps/mfe/Caddyfile",
    }


def test_one_domain_for_lms_and_studio_is_one_distribution_for_both(
    project: Project, distributions: dict[str, t.Any]
) -> None:
    project.set(CLOUDFRONT_DISTRIBUTIONS=distributions, CLOUDFRONT_CMS_DOMAIN="{{ LMS_HOST }}")
    project.save()

    assert execute(project, "lms/production")["STATIC_URL"] == "https://d1.cloudfront.net/static/"
    assert execute(project, "cms/production")["STATIC_URL"] == "https://d1.cloudfront.net/static/studio/"


def test_settings_of_a_plugin_that_loads_later_do_not_take_cloudfront_away(
    project: Project, distributions: dict[str, t.Any]
) -> None:
    (project.plugins_root / "zzz.yml").write_text(
        'name: zzz\nversion: "1"\npatches:\n  openedx-lms-production-settings: STATIC_URL = "/mine/"\n',
        encoding="utf-8",
    )
    project.set(PLUGINS=["cloudfront", "mfe", "zzz"], CLOUDFRONT_DISTRIBUTIONS=distributions)
    project.save()

    assert execute(project, "lms/production")["STATIC_URL"] == "https://d1.cloudfront.net/static/"


# Private media


@pytest.fixture(scope="module")
def with_private_media(project_template: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A platform with a bucket behind signatures, rendered. Not to be changed."""
    project = project_template.copy(tmp_path_factory.mktemp("private-media"))
    media = {"id": "E4", "domain_name": "d4.cloudfront.net", "host": "media.learn.example.com"}
    project.set(
        CLOUDFRONT_DISTRIBUTIONS={"media.learn.example.com": media},
        CLOUDFRONT_EXTRA_DOMAINS=[{"domain": "media.learn.example.com", "bucket": "acme", "access": "signed"}],
        CLOUDFRONT_SIGNING_KEYS=[{"id": KEY_ID, "private_key": private_key(), "state": "signing"}],
    )
    project.save()
    return project


@pytest.fixture
def storages() -> dict[str, t.Any]:
    """The storages of a platform with its files in S3, which another plugin would have set."""
    backend = "storages.backends.s3.S3Storage"
    storages = {name: {"BACKEND": backend, "OPTIONS": {"bucket_name": name}} for name in ("acme", "public")}
    vars(sys.modules["lms.envs.production"]).update(STORAGES=storages)
    return storages


def test_storage_of_the_private_bucket_signs_and_no_other(
    with_private_media: Project, storages: dict[str, t.Any]
) -> None:
    execute(with_private_media, "lms/production")

    url = "https://media.learn.example.com/a.mp4"
    signer = storages["acme"]["OPTIONS"]["cloudfront_signer"]
    soon = datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(minutes=1)
    assert is_admitted(signer.generate_presigned_url(url, date_less_than=soon), time.time())
    assert storages["public"]["OPTIONS"] == {"bucket_name": "public"}


def test_image_without_the_package_starts_and_its_storages_stay_as_they_were(
    with_private_media: Project, storages: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tutorcloudfront.access.storages", None)
    execute(with_private_media, "lms/production")

    assert storages["acme"]["OPTIONS"] == {"bucket_name": "acme"}


def test_settings_are_those_that_the_app_reads(with_private_media: Project) -> None:
    settings = execute(with_private_media, "lms/production")

    assert settings["CLOUDFRONT_MEDIA_HOST"] == "media.learn.example.com"
    key = Key.of(settings.get)
    assert (key.id, key.pem.strip(), key.algorithm) == (KEY_ID, private_key().strip(), "rsa-sha1")
