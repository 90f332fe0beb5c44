"""Signatures and functions in their places on a request's way, by HTTP and with what plain boto3 has made."""

from __future__ import annotations

import io
import json
import typing as t
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

import tutorcloudfront.resources
from tests.sandbox.examples import CACHING_DISABLED, Config, items
from tests.support.lab import Lab

TOMORROW = datetime.now(timezone.utc) + timedelta(days=1)
ROLE = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}
NOTED = """
def handler(event, context):
    cf = event["Records"][0]["cf"]
    position = cf["config"]["eventType"]
    about = cf["response"] if "response" in cf else cf["request"]
    about["headers"]["x-" + position] = [{"key": "X-" + position, "value": cf["config"]["requestId"]}]
    return about
"""


def javascript(lab: Lab, code: bytes, position: str = "viewer-request") -> Config:
    config = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
    made = lab.cloudfront.create_function(Name=position, FunctionConfig=config, FunctionCode=code)
    lab.cloudfront.publish_function(Name=position, IfMatch=made["ETag"])
    arn = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    return {"FunctionAssociations": items({"EventType": position, "FunctionARN": arn})}


def python(lab: Lab, code: str, *positions: str) -> Config:
    """Deploy a function, and return how a behavior is associated with it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("lambda_function.py", code)
    role = lab.aws("iam").create_role(RoleName="edge", AssumeRolePolicyDocument=json.dumps(ROLE))["Role"]["Arn"]
    made = lab.aws("lambda").create_function(
        FunctionName="edge",
        Runtime="python3.13",
        Role=role,
        Handler="lambda_function.handler",
        Code={"ZipFile": archive.getvalue()},
        Publish=True,
    )
    arn = f"{made['FunctionArn'].removesuffix(':1')}:1"
    associations = [{"EventType": position, "LambdaFunctionARN": arn} for position in positions]
    return {"LambdaFunctionAssociations": items(*associations)}


def test_plugin_s_own_function_answers_404_and_no_origin_is_asked(lab: Lab) -> None:
    code = (Path(tutorcloudfront.resources.__file__).parent / "refuse.js").read_bytes()
    lab.serve(default={"CachePolicyId": CACHING_DISABLED, **javascript(lab, code)}, behaviors={"/static/*": {}})
    answers = [lab.get(path) for path in ("/login", "/static/../login", "/static/a")]

    assert [answer.status for answer in answers] == [404, 404, 200]
    assert (answers[0].result, answers[0]["Cache-Control"]) == ("FunctionGeneratedResponse", "no-store")
    assert [asked.path for asked in lab.origin.asked] == ["/static/a"]


def test_function_at_viewer_request_comes_before_the_cache(lab: Lab) -> None:
    code = b"function handler(event) { event.request.uri = '/same'; return event.request; }"
    lab.serve(default=javascript(lab, code))

    assert lab.results("/a", "/b") == ["Miss", "Hit"]
    assert lab.origin.last.path == "/same"


def test_function_at_viewer_response_works_on_hits_as_well_and_not_on_errors(lab: Lab) -> None:
    code = b"function handler(event) { event.response.headers['x-new'] = {value: '1'}; return event.response; }"
    lab.serve(default=javascript(lab, code, "viewer-response"))
    lab.origin.say("/missing", 404)

    assert [lab.get(path)["X-New"] for path in ("/file", "/file", "/missing")] == ["1", "1", ""]


def test_function_that_breaks_is_an_error_of_its_own_kind(lab: Lab) -> None:
    lab.serve(default=javascript(lab, b"function handler(event) { throw new Error('no'); }"))
    answer = lab.get()

    assert (answer.status, answer.result) == (503, "FunctionExecutionError")
    assert not lab.origin.asked


def test_lambda_runs_in_four_positions_and_on_a_hit_in_two(lab: Lab) -> None:
    positions = ("viewer-request", "origin-request", "origin-response", "viewer-response")
    lab.serve(default=python(lab, NOTED, *positions))
    first, second = lab.get(), lab.get()

    asked = lab.origin.last
    assert asked["X-Origin-Request"] == first["X-Amz-Cf-Id"]
    assert [first["X-Origin-Response"], first["X-Viewer-Response"]] == [first["X-Amz-Cf-Id"]] * 2
    assert (second.result, second["X-Viewer-Response"]) == ("Hit", second["X-Amz-Cf-Id"])
    assert second["X-Origin-Response"] == first["X-Amz-Cf-Id"]
    assert len(lab.origin.asked) == 1


def test_lambda_at_viewer_request_may_answer_itself(lab: Lab) -> None:
    code = "def handler(event, context): return {'status': '401', 'body': 'who are you?'}"
    lab.serve(default=python(lab, code, "viewer-request"))
    answer = lab.get()

    assert (answer.status, answer.body, answer.result) == (401, b"who are you?", "LambdaGeneratedResponse")
    assert not lab.origin.asked


def test_lambda_at_origin_request_may_send_the_request_elsewhere(lab: Lab) -> None:
    code = """
def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    assert request["origin"]["custom"]["domainName"] == "learn.example.com"
    request["origin"]["custom"]["path"] = "/elsewhere"
    request["headers"]["host"][0]["value"] = "other.example.com"
    return request
"""
    lab.serve(default=python(lab, code, "origin-request"))
    lab.get()

    assert (lab.origin.last.path, lab.origin.last["Host"]) == ("/elsewhere/file", "other.example.com")


@pytest.mark.parametrize("position", ["viewer-request", "origin-request", "origin-response", "viewer-response"])
def test_lambda_that_breaks_a_rule_is_502(lab: Lab, position: str) -> None:
    code = """
def handler(event, context):
    cf = event["Records"][0]["cf"]
    about = cf["response"] if "response" in cf else cf["request"]
    about["headers"]["x-cache"] = [{"key": "X-Cache", "value": "Hit"}]
    return about
"""
    lab.serve(default=python(lab, code, position))
    answer = lab.get()

    assert answer.status == 502
    assert answer.result.startswith("Lambda")


# Trusted key groups


def signed_site(lab: Lab) -> CloudFrontSigner:
    """Serve what needs a signature, and return who can give one."""
    private = rsa.generate_private_key(65537, 2048)
    encoded = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    config = {"CallerReference": "key", "Name": "key", "EncodedKey": encoded.decode()}
    key: str = lab.cloudfront.create_public_key(PublicKeyConfig=config)["PublicKey"]["Id"]
    group = lab.cloudfront.create_key_group(KeyGroupConfig={"Name": "group", "Items": [key]})["KeyGroup"]["Id"]
    all_queries = lab.cache(key={"QueryStringsConfig": {"QueryStringBehavior": "all"}})
    trusted = {"TrustedKeyGroups": {"Enabled": True, **items(group)}}
    lab.serve(default={"CachePolicyId": all_queries, **trusted}, behaviors={"/open/*": {}})
    return CloudFrontSigner(key, lambda message: private.sign(message, padding.PKCS1v15(), hashes.SHA1()))


def signed(signer: t.Any, lab: Lab, path: str, expires: datetime = TOMORROW) -> str:
    url: str = signer.generate_presigned_url(f"https://{lab.host}{path}", date_less_than=expires)
    return url.partition(lab.host)[2]


def test_signature_is_demanded_where_a_behavior_trusts_key_groups(lab: Lab) -> None:
    signer = signed_site(lab)
    refused, served, opened = lab.get(https=True), lab.get(signed(signer, lab, "/file"), https=True), lab.get("/open/a")

    assert (refused.status, refused["Content-Type"], refused.result) == (403, "text/xml", "Error")
    assert b"<Code>MissingKey</Code>" in refused.body
    assert [served.status, opened.status] == [200, 200]


def test_signature_goes_neither_to_the_origin_nor_into_the_cache_key(lab: Lab) -> None:
    signer = signed_site(lab)
    first = signed(signer, lab, "/file?v=1")
    second = signed(signer, lab, "/file?v=1", TOMORROW + timedelta(days=1))

    assert [lab.get(path, https=True).result for path in (first, second)] == ["Miss", "Hit"]
    assert lab.origin.last.path == "/file?v=1"


def test_signature_is_demanded_for_what_is_cached_as_well(lab: Lab) -> None:
    signer = signed_site(lab)
    lab.get(signed(signer, lab, "/file"), https=True)

    assert lab.get(https=True).status == 403


def test_signature_that_has_expired_is_refused(lab: Lab) -> None:
    signer = signed_site(lab)
    url = signed(signer, lab, "/file")
    lab.later(3 * 86400)

    assert lab.get(url, https=True).status == 403
