"""Signed access as a template: what must be in it, and what must not."""

from __future__ import annotations

import json
import typing as t

from tests.export.conftest import SHAPES, document_of
from tutorcloudfront.signing import keys


def resources(type_: str) -> dict[str, t.Any]:
    found = document_of(**SHAPES["private files"])["Resources"]
    return {id_: each["Properties"] for id_, each in found.items() if each["Type"] == f"AWS::{type_}"}


def test_public_keys_and_their_group_are_in_it_and_no_private_half() -> None:
    privates = [entry["private_key"] for entry in SHAPES["private files"]["SIGNING_KEYS"]]
    made = resources("CloudFront::PublicKey")
    assert [each["PublicKeyConfig"]["EncodedKey"] for each in made.values()] == [keys.public_key(it) for it in privates]
    (group,) = resources("CloudFront::KeyGroup").values()
    assert group["KeyGroupConfig"]["Items"] == [{"Ref": id_} for id_ in made]
    text = json.dumps(document_of(**SHAPES["private files"]))
    assert "PRIVATE" not in text
    assert [line for private in privates for line in private.splitlines()[1:-1] if line in text] == []


def test_neither_policies_of_buckets_nor_secrets_are_in_it() -> None:
    types = {each["Type"] for each in document_of(**SHAPES["private files"])["Resources"].values()}
    assert types == {
        "AWS::CloudFront::CachePolicy",
        "AWS::CloudFront::Distribution",
        "AWS::CloudFront::Function",
        "AWS::CloudFront::KeyGroup",
        "AWS::CloudFront::OriginAccessControl",
        "AWS::CloudFront::PublicKey",
        "AWS::CloudFront::ResponseHeadersPolicy",
    }


def test_pages_that_may_read_with_credentials_are_parameters() -> None:
    (policy,) = resources("CloudFront::ResponseHeadersPolicy").values()
    cors = policy["ResponseHeadersPolicyConfig"]["CorsConfig"]
    assert cors["AccessControlAllowCredentials"] is True
    assert cors["AccessControlAllowOrigins"] == {
        "Items": [{"Fn::Sub": f"https://${{{name}}}"} for name in ("LmsHost", "CmsHost", "MfeHost")]
    }
