"""The platform's statement in the policy of a bucket that others use as well."""

from __future__ import annotations

import json
import typing as t

import pytest

from tests.signed.conftest import BUCKET, FILES, MEDIA, Signed
from tutorcloudfront.resources.buckets import statement_id

SID = statement_id("learn-example-com")
#: What somebody else put there, in the forms that policies have.
OTHERS: list[dict[str, t.Any]] = [
    {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    },
    {
        "Sid": "Backup",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Action": ["s3:GetObject"],
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    },
]


def put(signed: Signed, statements: t.Any, **more: t.Any) -> None:
    policy = {"Version": "2012-10-17", **more, "Statement": statements}
    signed.aws("s3").put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))


def ours(signed: Signed) -> dict[str, t.Any]:
    (found,) = [item for item in signed.statements() if item.get("Sid") == SID]
    return found


def test_statement_comes_beside_those_of_others_and_goes_alone(signed: Signed) -> None:
    put(signed, OTHERS, Id="acme")
    signed.create()
    arns = [item["ARN"] for item in signed.platform.distributions() if MEDIA in item["Comment"]]
    assert signed.statements() == [
        *OTHERS,
        {
            "Sid": SID,
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{BUCKET}/*",
            "Condition": {"StringEquals": {"AWS:SourceArn": arns}},
        },
    ]
    text = signed.aws("s3").get_bucket_policy(Bucket=BUCKET)["Policy"]
    assert json.loads(text)["Id"] == "acme"

    signed.create()
    assert signed.aws("s3").get_bucket_policy(Bucket=BUCKET)["Policy"] == text

    signed.run("destroy", "--yes")
    assert signed.statements() == OTHERS


def test_a_policy_of_one_statement_without_a_list_is_added_to(signed: Signed) -> None:
    put(signed, OTHERS[1])
    signed.create()
    assert [item["Sid"] for item in signed.statements()] == ["Backup", SID]


def test_what_is_the_same_in_another_form_is_no_drift_and_what_is_not_is_put_back(signed: Signed) -> None:
    signed.create()
    statement = ours(signed)
    (arn,) = statement["Condition"]["StringEquals"]["AWS:SourceArn"]
    put(signed, [{**statement, "Condition": {"StringEquals": {"AWS:SourceArn": arn}}}])
    signed.run("plan")

    for wrong in ([*OTHERS], [{**statement, "Resource": f"arn:aws:s3:::{BUCKET}/public/*"}, *OTHERS]):
        put(signed, wrong)
        told = signed.run("plan", status=2)[0]
        assert f"bucket policy {BUCKET}" in told
        signed.create()
        assert ours(signed) == statement
        assert [item for item in signed.statements() if item.get("Sid") != SID] == OTHERS


def test_two_platforms_share_a_bucket(signed: Signed) -> None:
    signed.create()
    mine = ours(signed)
    (media, _) = signed.project.config()["CLOUDFRONT_EXTRA_DOMAINS"]
    kept = {name: signed.project.config()[name] for name in ("CLOUDFRONT_EXTRA_DOMAINS", "CLOUDFRONT_DISTRIBUTIONS")}
    other = {**media, "domain": "media.other.example.com", "certificate_arn": media["certificate_arn"]}
    signed.platform.sandbox.add_certificate(media["certificate_arn"], ["*.learn.example.com", "*.other.example.com"])
    signed.project.set(
        CLOUDFRONT_RESOURCE_PREFIX="other", CLOUDFRONT_EXTRA_DOMAINS=[other], CLOUDFRONT_DISTRIBUTIONS={}
    )

    signed.create()

    assert [item["Sid"] for item in signed.statements()] == [SID, statement_id("other")]
    signed.run("destroy", "--yes")
    assert signed.statements() == [mine]
    signed.project.set(CLOUDFRONT_RESOURCE_PREFIX="learn-example-com", **kept)


def test_two_sites_of_a_bucket_are_in_one_statement_in_whatever_order(signed: Signed) -> None:
    media, _ = signed.project.config()["CLOUDFRONT_EXTRA_DOMAINS"]
    more = {**media, "domain": "video.learn.example.com", "access": "public"}
    signed.project.set(CLOUDFRONT_EXTRA_DOMAINS=[media, more])
    signed.create()
    assert len(ours(signed)["Condition"]["StringEquals"]["AWS:SourceArn"]) == 2

    signed.project.set(CLOUDFRONT_EXTRA_DOMAINS=[more, media])

    signed.run("plan")
    assert signed.status("https://video.learn.example.com/course-b/x") == 200
    assert signed.status("https://video.learn.example.com/") == 403


def test_prune_takes_the_statement_out_and_leaves_the_bucket(signed: Signed) -> None:
    put(signed, OTHERS)
    signed.create()
    _, site = signed.project.config()["CLOUDFRONT_EXTRA_DOMAINS"]
    signed.project.set(CLOUDFRONT_EXTRA_DOMAINS=[site])
    signed.create()
    assert ours(signed)

    # Killed wherever it may be, the next one finds what is left.
    for _ in signed.killed_after_every_write("create-cloudfront-resources", "--yes", "--prune", "--no-wait"):
        pass

    assert signed.statements() == OTHERS
    assert signed.access_controls() == []
    assert signed.aws("s3").list_objects_v2(Bucket=BUCKET)["KeyCount"]
    assert signed.status(f"https://{FILES}/x") == 403
    signed.run("plan")


def test_a_bucket_that_is_not_there_is_told_of_before_anything_is_made(signed: Signed) -> None:
    media, site = signed.project.config()["CLOUDFRONT_EXTRA_DOMAINS"]
    signed.project.set(CLOUDFRONT_EXTRA_DOMAINS=[{**media, "bucket": "acme-signed-medai"}, site])
    signed.platform.put_in_front()

    for command in (["plan"], ["create-cloudfront-resources"], ["create-cloudfront-resources", "--dry-run"]):
        told = signed.run(*command, status=1)[1]
        assert "Bucket acme-signed-medai: GetBucketPolicy: The specified bucket does not exist (NoSuchBucket)" in told
        assert "Create it (`aws s3 mb s3://NAME`" in told
    assert signed.platform.recorder.writes == []


def test_a_platform_whose_bucket_is_gone_can_be_destroyed(signed: Signed) -> None:
    signed.create()
    client = signed.aws("s3")
    for item in client.list_objects_v2(Bucket=BUCKET)["Contents"]:
        client.delete_object(Bucket=BUCKET, Key=item["Key"])
    client.delete_bucket(Bucket=BUCKET)

    signed.run("destroy", "--yes")

    assert signed.platform.distributions() == []


@pytest.mark.parametrize("region", ["eu-west-1"])
def test_a_bucket_may_be_in_another_region(signed: Signed, region: str) -> None:
    name = f"acme-{region}"
    signed.aws("s3", region).create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    signed.aws("s3", region).put_object(Bucket=name, Key="course-b/x", Body=b"x")
    media, _ = signed.project.config()["CLOUDFRONT_EXTRA_DOMAINS"]
    signed.project.set(CLOUDFRONT_EXTRA_DOMAINS=[{**media, "bucket": name, "bucket_region": region}])

    signed.create()

    assert signed.status(signed.sign(f"https://{MEDIA}/course-b/x")) == 200
    (site,) = signed.platform.distributions()
    assert site["Origins"]["Items"][0]["DomainName"] == f"{name}.s3.{region}.amazonaws.com"
    signed.run("plan")
