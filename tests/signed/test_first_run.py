"""What a first run makes for private files, and what every later one finds."""

from __future__ import annotations

import stat
import time
import typing as t

import pytest

from tests.signed.conftest import FILES, KEYS, MEDIA, SECRET, Signed, signer_of
from tests.support import faults
from tutorcloudfront.signing import keys


def test_a_first_run_makes_all_and_a_second_finds_nothing_to_do(signed: Signed) -> None:
    path = signed.project.config_path
    path.write_text(f"# ours\n{path.read_text(encoding='utf-8')}# the end\n", encoding="utf-8")
    path.chmod(0o644)

    signed.create()

    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ours\n")
    assert "# the end\n" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (key,) = signed.saved_keys()
    assert (key["state"], key["id"]) == ("signing", signed.public_keys()[name_of(key)])
    assert signed.groups() == {"learn-example-com-keys": [key["id"]]}
    assert signed.access_controls() == ["learn-example-com-s3"]
    signed.platform.put_in_front()
    assert "Nothing to do" in signed.create()
    assert signed.platform.recorder.writes == []
    assert path.read_text(encoding="utf-8") == text
    signed.run("plan")


def test_who_has_a_signature_gets_files_and_nobody_else(signed: Signed) -> None:
    signed.create()
    (key,) = signed.saved_keys()
    signer = signer_of(key["id"], key["private_key"])
    for url in (f"https://{MEDIA}/course-b/x", f"https://{FILES}/course-b/x"):
        assert signed.status(url) == 403
        assert signed.status(signer.url(url, int(time.time()) + 60)) == 200
        assert signed.status(signer.url(f"{url}y", int(time.time()) + 60).replace("xy?", "x?")) == 403


def name_of(key: dict[str, t.Any]) -> str:
    return f"learn-example-com-key-{keys.fingerprint(key['public_key'])}"


def test_with_a_secret_the_private_key_is_there_and_nowhere_else(signed: Signed) -> None:
    signed.project.set(CLOUDFRONT_SIGNING_SECRET=SECRET, CLOUDFRONT_AWS_REGION="eu-central-1")
    client = signed.aws("secretsmanager", "eu-central-1")
    media, files = signed.project.config()["CLOUDFRONT_EXTRA_DOMAINS"]
    signed.project.set(CLOUDFRONT_EXTRA_DOMAINS=[{**media, "bucket_region": "us-east-1"}, files])

    signed.create()

    (key,) = signed.saved_keys()
    assert "private_key" not in key
    assert (
        "PRIVATE"
        not in signed.project.config_path.read_text(encoding="utf-8").partition(KEYS)[2].partition("PLUGINS")[0]
    )
    held = keys.by_fingerprint(client.get_secret_value(SecretId=SECRET)["SecretString"])
    assert list(held) == [keys.fingerprint(key["public_key"])]
    assert signed.aws("secretsmanager").list_secrets()["SecretList"] == []
    assert "Nothing to do" in signed.create()


def test_a_private_key_of_the_users_is_taken(signed: Signed) -> None:
    private = keys.generate("ecdsa-sha256")
    signed.set_keys([{"private_key": private}])

    signed.create()

    (key,) = signed.saved_keys()
    assert (key["private_key"].strip(), key["state"]) == (private.strip(), "signing")
    assert list(signed.public_keys()) == [name_of(key)]
    assert signed.status(signed.sign(f"https://{MEDIA}/course-b/x")) == 200


def test_a_key_in_a_secret_of_the_users_is_taken_and_the_secret_left_alone(signed: Signed) -> None:
    private = keys.generate("rsa-sha1")
    client = signed.aws("secretsmanager")
    client.create_secret(Name=SECRET, SecretString=private)
    signed.project.set(CLOUDFRONT_SIGNING_SECRET=SECRET)
    before = client.describe_secret(SecretId=SECRET)

    signed.create()
    signed.create()

    after = client.describe_secret(SecretId=SECRET)
    assert client.get_secret_value(SecretId=SECRET)["SecretString"] == private
    assert [after.get(field) for field in ("Tags", "Description", "VersionIdsToStages")] == [
        before.get(field) for field in ("Tags", "Description", "VersionIdsToStages")
    ]
    assert signed.status(signed.sign(f"https://{MEDIA}/course-b/x")) == 200
    assert f"Secret {SECRET} is your own" in signed.run("rotate-keys", status=1)[1]
    signed.run("destroy", "--yes")
    assert client.get_secret_value(SecretId=SECRET)["SecretString"] == private


def test_a_secret_of_the_users_without_a_key_is_told_of_before_cloudfront_knows_any(signed: Signed) -> None:
    signed.aws("secretsmanager").create_secret(Name=SECRET, SecretString="{}")
    signed.project.set(CLOUDFRONT_SIGNING_SECRET=SECRET)

    told = signed.create(status=1)

    assert f"Secret {SECRET} is your own" in told
    assert signed.public_keys() == {}
    assert not signed.saved_keys()


@pytest.mark.parametrize("content", ["hunter2", '{"username": "ops", "password": "hunter2"}'])
def test_a_secret_of_something_else_is_told_of_without_what_it_holds(signed: Signed, content: str) -> None:
    signed.aws("secretsmanager").create_secret(Name=SECRET, SecretString=content)
    signed.project.set(CLOUDFRONT_SIGNING_SECRET=SECRET)

    told = signed.create(status=1)

    assert f"Secret {SECRET} holds something else than private keys" in told
    assert "hunter2" not in told


def test_a_secret_of_another_platform_is_left_alone(signed: Signed) -> None:
    signed.project.set(CLOUDFRONT_SIGNING_SECRET=SECRET)
    signed.create()
    held = signed.secret_keys()
    signed.project.set(CLOUDFRONT_RESOURCE_PREFIX="other", **{KEYS: []})
    signed.platform.put_in_front()

    _, told = signed.run("create-cloudfront-resources", "--yes", "--no-wait", status=1)

    assert f"Secret {SECRET} is another platform's" in told
    assert signed.secret_keys() == held
    assert not signed.saved_keys()
    assert "CreatePublicKey" not in signed.platform.recorder.writes


def test_keys_move_from_config_yml_to_the_secret_and_back_without_being_lost(signed: Signed) -> None:
    signed.create()
    (key,) = signed.saved_keys()
    signed.project.set(CLOUDFRONT_SIGNING_SECRET=SECRET)
    signed.platform.put_in_front(faults.deny("CreateSecret"))
    signed.create(status=1)
    assert signed.saved_keys()[0]["private_key"] == key["private_key"]
    signed.platform.put_in_front()

    signed.create()

    assert "private_key" not in signed.saved_keys()[0]
    assert list(signed.secret_keys().values()) == [key["private_key"]]
    signed.project.set(CLOUDFRONT_SIGNING_SECRET="")
    _, told = signed.run("plan", status=1)
    assert f"{KEYS}: entry 0 has no private_key: put it back" in told
    signed.set_keys([{**signed.saved_keys()[0], "private_key": key["private_key"]}])
    assert "Nothing to do" in signed.run("plan")[0]


def test_what_the_secret_has_lost_is_told_of(signed: Signed) -> None:
    signed.project.set(CLOUDFRONT_SIGNING_SECRET=SECRET)
    signed.create()
    signed.aws("secretsmanager").delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)
    for command in ("create-cloudfront-resources", "rotate-keys"):
        _, told = signed.run(command, status=1)
        assert f"Secret {SECRET} does not hold the private half of the key {signed.saved_keys()[0]['id']}" in told
    signed.set_keys([])

    signed.create()

    assert signed.status(signed.sign(f"https://{MEDIA}/course-b/x")) == 200
