"""Private files through the life of a platform: interrupted, copied, looked at, exported, destroyed."""

from __future__ import annotations

import json
import subprocess
import typing as t

import pytest

from tests.export.stacks import STACK, deploy
from tests.signed.conftest import BUCKET, FILES, KEYS, MEDIA, SECRET, SITES, Signed, foreign_key
from tutorcloudfront.signing import keys

EMPTY: dict[str, t.Any] = {
    "keys": [],
    "groups": [],
    "access controls": [],
    "statements": [],
    "secrets": [],
    "distributions": 0,
    "policies": [],
}
URL = f"https://{MEDIA}/course-b/x"


@pytest.mark.parametrize("secret", ["", SECRET])
def test_killed_after_every_call_all_is_made_once_and_all_goes(signed: Signed, secret: str) -> None:
    signed.project.set(CLOUDFRONT_SIGNING_SECRET=secret)
    for _ in signed.killed_after_every_write("create-cloudfront-resources", "--yes", "--no-wait"):
        signed.assert_no_key_lost()
    assert len(signed.saved_keys()) == len(signed.public_keys()) == len(signed.groups()) == 1
    assert len(signed.platform.distributions()) == 2
    assert signed.status(signed.sign(URL)) == 200
    signed.run("plan")
    client = signed.aws("cloudfront")
    theirs = foreign_key(client, "theirs")
    group = {"Name": "learn-example-com-keys-of-mine", "Items": [theirs]}
    client.create_key_group(KeyGroupConfig=group)

    for _ in signed.killed_after_every_write("destroy", "--yes"):
        pass

    left = {**EMPTY, "keys": ["theirs"], "groups": ["learn-example-com-keys-of-mine"]}
    assert signed.account() == left
    assert KEYS not in signed.project.config()
    assert "CLOUDFRONT" not in signed.project.rendered("apps/openedx/settings/lms/production.py")
    assert signed.aws("s3").list_objects_v2(Bucket=BUCKET)["KeyCount"]
    assert "Nothing to do" in signed.run("destroy")[1]


def test_access_is_opened_only_by_writing_so_and_with_a_warning(signed: Signed) -> None:
    signed.create()
    media, files = signed.project.config()["CLOUDFRONT_EXTRA_DOMAINS"]

    signed.project.set(CLOUDFRONT_EXTRA_DOMAINS=[{k: v for k, v in media.items() if k != "access"}, files])
    told = signed.create(status=1)
    assert (
        f"At CloudFront, {MEDIA} can be had only with a signed URL or cookie, and the settings no longer say so."
        in told
    )
    assert "write `access: signed` into its entry; to open it to everybody, `access: public`" in told
    assert signed.status(URL) == 403

    signed.project.set(CLOUDFRONT_EXTRA_DOMAINS=[{**media, "access": "public"}, files])
    assert f"Note: Site {MEDIA} can be had only with a signed URL or cookie now. This opens it" in signed.create()
    assert signed.status(URL) == 200


def test_a_key_in_a_group_of_somebody_elses_is_left_there_and_told_of(signed: Signed) -> None:
    signed.create()
    client = signed.aws("cloudfront")
    theirs = {"Name": "theirs", "Items": list(signed.public_keys().values())}
    made = client.create_key_group(KeyGroupConfig=theirs)

    told = signed.run("destroy", "--yes", status=1)[1]

    assert "Something that this plugin did not make uses this public key as well" in told
    assert signed.groups() == {"theirs": theirs["Items"]}
    assert signed.saved_keys()
    client.delete_key_group(Id=made["KeyGroup"]["Id"], IfMatch=made["ETag"])
    signed.run("destroy", "--yes")
    assert signed.account() == EMPTY


def test_runs_at_once_make_one_key_and_one_group(signed: Signed) -> None:
    runs = [signed.platform.start("create-cloudfront-resources", "--yes", "--no-wait") for _ in range(2)]
    ended = [run.communicate(timeout=300) for run in runs]

    assert [run.returncode for run in runs] == [0, 0], ended
    assert len(signed.saved_keys()) == len(signed.public_keys()) == len(signed.groups()) == 1
    assert len(signed.statements()) == 1
    signed.run("plan")


def test_a_copy_of_config_yml_without_the_key_leaves_the_other_ones_key_in_the_group(signed: Signed) -> None:
    before = signed.project.config_path.read_bytes()
    signed.create()
    mine = signed.sign(URL)
    own = signed.project.config_path.read_bytes()
    signed.project.config_path.write_bytes(before)

    signed.create()

    assert len(signed.public_keys()) == 2
    assert sorted(*signed.groups().values()) == sorted(signed.public_keys().values())
    assert signed.status(mine) == signed.status(signed.sign(URL)) == 200
    signed.run("plan")
    signed.project.config_path.write_bytes(own)
    signed.run("plan")


def test_pages_of_the_platform_and_no_others_may_read_with_credentials(signed: Signed) -> None:
    signed.create()
    # The emulated S3 sends headers of its own, where S3 sends none.
    url = signed.sign(f"https://{FILES}/course-b/x")
    for host in ("learn.example.com", "studio.learn.example.com", "apps.learn.example.com"):
        headers = signed.get(url, Origin=f"https://{host}").headers
        assert headers["access-control-allow-origin"] == f"https://{host}"
        assert headers["access-control-allow-credentials"] == "true"
    for origin in (
        "https://evil.example.com",
        "http://learn.example.com",
        "https://learn.example.com.evil.org",
        "null",
    ):
        assert not [name for name in signed.get(url, Origin=origin).headers if "allow-" in name]


def test_a_media_host_where_cookies_will_not_arrive_is_noted(signed: Signed) -> None:
    media, site = signed.project.config()["CLOUDFRONT_EXTRA_DOMAINS"]
    signed.project.set(CLOUDFRONT_EXTRA_DOMAINS=[{**media, "domain": "media.example.com"}, site])

    told = signed.run("plan", status=2)[1]

    assert "Note: Signed cookies will not arrive at media.example.com" in told
    assert FILES not in told


def test_status_doctor_and_invalidate_have_no_false_alarm(signed: Signed) -> None:
    signed.create()

    rows = json.loads(signed.run("status", "--format", "json")[0])["sites"]
    assert [(row["site"], row["drift"]) for row in rows] == [(site, "none") for site in SITES]
    signed.run("invalidate", "--site", MEDIA)
    findings = json.loads(run_doctor(signed))["findings"]
    checks = {"distribution", "permissions", "quotas"}
    wrong = [each for each in findings if each["check"] in checks and each["severity"] in ("error", "warning")]
    assert wrong == []


def test_the_doctor_sees_what_lets_nobody_in(signed: Signed) -> None:
    signed.create()
    signed.aws("s3").delete_bucket_policy(Bucket=BUCKET)

    findings = json.loads(run_doctor(signed))["findings"]

    assert f"The bucket policy {BUCKET} is missing." in [each["message"] for each in findings]


def run_doctor(signed: Signed) -> str:
    # What it finds on the Internet is another matter.
    project = signed.project
    environment = {**project.environment(), **signed.platform.environment()}
    args = ["cloudfront", "doctor", "--format", "json"]
    result: subprocess.CompletedProcess[str] = signed.platform.commands.run(args, environment, project.folder)
    assert "Traceback" not in result.stderr
    return result.stdout


def test_a_stack_leaves_only_the_bucket_policy_to_be_done(signed: Signed) -> None:
    out, told = signed.run("export", "cloudformation")
    assert "There was no signing key yet. One is made, and saved in config.yml." in told
    (key,) = signed.saved_keys()
    assert "PRIVATE KEY" not in out
    assert signed.run("export", "cloudformation")[0] == out
    deploy(signed.platform, out)
    signed.platform.put_in_front()

    signed.create()

    assert signed.platform.recorder.writes == ["PutBucketPolicy"]
    assert signed.saved_keys()[0]["id"] == signed.public_keys()[f"learn-example-com-key-{print_of(key)}"]
    for host in SITES:
        assert signed.status(signed.sign(f"https://{host}/course-b/x")) == 200
        assert signed.status(f"https://{host}/course-b/x") == 403
    signed.run("plan")


def test_a_stack_makes_the_key_that_a_rotation_switches_to(signed: Signed) -> None:
    deploy(signed.platform, signed.run("export", "cloudformation")[0])
    signed.create()
    signed.set_keys([*signed.saved_keys(), {"private_key": keys.generate("rsa-sha1"), "state": "new"}])
    template = signed.run("export", "cloudformation")[0]
    signed.aws("cloudformation").update_stack(StackName=STACK, TemplateBody=template)
    signed.create()
    signed.platform.put_in_front()

    signed.run("rotate-keys")

    assert signed.platform.recorder.writes == []
    assert [key["state"] for key in signed.saved_keys()] == ["retiring", "signing"]
    assert sorted(*signed.groups().values()) == sorted(signed.public_keys().values())
    assert signed.status(signed.sign(URL)) == 200


def test_a_key_that_was_exported_before_there_was_a_secret_goes_there(signed: Signed) -> None:
    signed.project.set(CLOUDFRONT_SIGNING_SECRET=SECRET)
    deploy(signed.platform, signed.run("export", "cloudformation")[0])

    signed.create()

    (key,) = signed.saved_keys()
    assert "private_key" not in key
    assert list(signed.secret_keys()) == [print_of(key)]
    assert signed.status(signed.sign(URL)) == 200


def print_of(key: dict[str, t.Any]) -> str:
    return keys.fingerprint(key["public_key"])
