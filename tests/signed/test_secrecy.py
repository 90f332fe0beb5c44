"""Private keys are where they must be, and in nothing that anybody else may see."""

from __future__ import annotations

import contextlib
import threading
import time
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.signed.conftest import MEDIA, SECRET, Signed
from tests.support.settings import PREFIX, extra_domain, settings_of
from tutorcloudfront import keyring
from tutorcloudfront.reconcile.inventory import Inventory
from tutorcloudfront.reconcile.plan import make_plan
from tutorcloudfront.resources.desired import desired_resources
from tutorcloudfront.settings import SettingsError, SigningKey
from tutorcloudfront.signing import keys
from tutorcloudfront.sites import sites_of

PRIVATE = keys.generate("rsa-sha1")


def parts(private: str) -> set[str]:
    """Return what shows that some of a private key is there: its lines, however they are wrapped."""
    return {line for line in private.splitlines() if line and "-----" not in line}


def assert_untold(told: str, *privates: str) -> None:
    for private in privates:
        assert [line for line in parts(private) if line[:40] in told] == []


@contextlib.contextmanager
def watched() -> Iterator[set[str]]:
    """Look at the arguments and environments of all processes, again and again."""
    seen: set[str] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                for name in ("cmdline", "environ"):
                    with contextlib.suppress(OSError):
                        seen.add(path.with_name(name).read_bytes().decode(errors="replace"))
            time.sleep(0.02)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("secret", ["", SECRET])
def test_no_command_tells_a_private_key(signed: Signed, secret: str) -> None:
    signed.project.set(CLOUDFRONT_SIGNING_SECRET=secret)
    told = list(signed.run("plan", "--format", "json", status=2))
    with watched() as seen:
        told += [signed.create(), *signed.run("create-cloudfront-resources", "--format", "json")]
    for args in (
        ["plan", "--format", "json"],
        ["plan", "--format", "markdown"],
        ["create-cloudfront-resources", "--dry-run", "--format", "markdown"],
        ["export", "cloudformation"],
        ["rotate-keys", "--format", "json"],
        ["sign-url", f"https://{MEDIA}/x"],
        ["status", "--format", "json"],
    ):
        told += signed.run(*args)
    made = [*signed.seen.values()]
    assert len(made) == 2
    assert_untold("\n".join([*told, *seen]), *made)
    tree = {path: content.decode(errors="replace") for path, content in signed.project.rendered_tree().items()}
    where = {path for path, content in tree.items() for private in made for line in parts(private) if line in content}
    assert where == (set() if secret else {"apps/openedx/settings/lms/production.py"})
    assert_untold("\n".join(signed.run("destroy", "--yes")), *made)


@pytest.mark.parametrize(
    "wrong",
    [
        PRIVATE,
        [PRIVATE],
        [{"privatekey": PRIVATE}],
        [{"private_key": PRIVATE, "id": PRIVATE}],
        [{"private_key": PRIVATE, "state": PRIVATE}],
        [{"private_key": PRIVATE, "until": PRIVATE}],
        [{"private_key": PRIVATE, "lifetime": PRIVATE}],
        [{"private_key": PRIVATE, "public_key": PRIVATE}],
        [{"private_key": PRIVATE[:300]}],
        [{"private_key": PRIVATE.replace("\n", "\\n")}],
        [{"private_key": [PRIVATE]}],
        [{"private_key": {"pem": PRIVATE}}],
        [{"private_key": PRIVATE}, {"private_key": PRIVATE}],
        [{"public_key": keys.public_key(PRIVATE)}],
        [{PRIVATE: ""}],
    ],
)
def test_a_wrong_entry_is_told_of_without_what_it_holds(wrong: t.Any) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_of(SIGNING_KEYS=wrong)
    assert "CLOUDFRONT_SIGNING_KEYS" in str(caught.value)
    assert_untold(str(caught.value), PRIVATE)


def test_a_public_key_that_is_none_is_told_of_where_a_secret_holds_the_private_one() -> None:
    with pytest.raises(SettingsError, match=r"entry 0: the public key must be in PEM"):
        settings_of(SIGNING_SECRET="acme", SIGNING_KEYS=[{"public_key": "x"}])


@pytest.mark.parametrize("secret", ["", SECRET])
def test_no_object_shows_the_private_key_that_it_holds(secret: str) -> None:
    site = extra_domain("media.learn.example.com", access="signed")
    settings = settings_of(EXTRA_DOMAINS=[site], SIGNING_KEYS=[{"private_key": PRIVATE}], SIGNING_SECRET=secret)
    sites = sites_of(settings)
    resources = desired_resources(settings, sites, {})
    holders = (
        settings,
        settings.signing_keys,
        settings.signing_keys[0],
        keyring.new_key(settings),
        SigningKey(private_key=SecretStr(PRIVATE)),
        resources,
        make_plan(resources, Inventory({}, {}), PREFIX),
    )
    for holder in holders:
        assert_untold(f"{holder!r} {holder!s}", PRIVATE)
    assert_untold(settings.model_dump_json(), PRIVATE)


def test_a_traceback_for_developers_shows_none(signed: Signed) -> None:
    signed.project.set(CLOUDFRONT_SIGNING_KEYS=[{"private_key": PRIVATE[:300]}])
    project = signed.project
    environment = {**project.environment(), **signed.platform.environment(), "TUTOR_CLOUDFRONT_DEBUG": "1"}

    for command in ("plan", "create-cloudfront-resources", "rotate-keys", "destroy"):
        result = signed.platform.commands.run(["cloudfront", command], environment, project.folder)
        assert result.returncode == 1
        assert_untold(result.stdout + result.stderr, PRIVATE)
