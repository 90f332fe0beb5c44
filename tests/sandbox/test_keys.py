"""What AWS refuses of origin access controls, public keys and key groups."""

from __future__ import annotations

import typing as t

import pytest

from tests.sandbox.examples import (
    NOWHERE,
    Config,
    access_control,
    created,
    distribution,
    items,
    pem,
    public_key,
    refused,
    s3_origin,
)


def new_key(cloudfront: t.Any, name: str = "key") -> str:
    config = public_key(Name=name, CallerReference=name)
    return str(cloudfront.create_public_key(PublicKeyConfig=config)["PublicKey"]["Id"])


class TestAccessControls:
    @pytest.mark.parametrize(
        ("code", "config"),
        [
            pytest.param("InvalidArgument", access_control(Name="n" * 65), id="name too long"),
            pytest.param("InvalidArgument", access_control(Name="a b"), id="name with a blank"),
            pytest.param("InvalidArgument", access_control(Description="d" * 257), id="description too long"),
            pytest.param("MalformedXML", access_control(SigningBehavior="sometimes"), id="unknown behavior"),
            pytest.param("MalformedXML", access_control(OriginAccessControlOriginType="http"), id="unknown origin"),
        ],
    )
    def test_is_refused(self, cloudfront: t.Any, code: str, config: Config) -> None:
        refused(code, cloudfront.create_origin_access_control, OriginAccessControlConfig=config)

    def test_name_is_unique(self, cloudfront: t.Any) -> None:
        create = cloudfront.create_origin_access_control
        create(OriginAccessControlConfig=access_control())
        refused("OriginAccessControlAlreadyExists", create, OriginAccessControlConfig=access_control())

    def test_an_account_has_a_hundred(self, cloudfront: t.Any) -> None:
        create = cloudfront.create_origin_access_control
        for number in range(100):
            create(OriginAccessControlConfig=access_control(Name=f"control-{number}"))
        refused("TooManyOriginAccessControls", create, OriginAccessControlConfig=access_control())

    def test_update_and_delete(self, cloudfront: t.Any) -> None:
        answer = cloudfront.create_origin_access_control(OriginAccessControlConfig=access_control())
        id_, old = answer["OriginAccessControl"]["Id"], answer["ETag"]
        update, config = cloudfront.update_origin_access_control, access_control(Description="new")
        refused("InvalidIfMatchVersion", update, Id=id_, OriginAccessControlConfig=config)
        new = update(Id=id_, IfMatch=old, OriginAccessControlConfig=config)["ETag"]
        refused("PreconditionFailed", cloudfront.delete_origin_access_control, Id=id_, IfMatch=old)
        user = created(cloudfront, distribution(Origins=items(s3_origin(OriginAccessControlId=id_))))
        assert user["DistributionConfig"]["Origins"]["Items"][0]["OriginAccessControlId"] == id_
        refused("OriginAccessControlInUse", cloudfront.delete_origin_access_control, Id=id_, IfMatch=new)
        refused("NoSuchOriginAccessControl", cloudfront.get_origin_access_control, Id="E0")


class TestPublicKeys:
    @pytest.mark.parametrize(
        "config",
        [
            pytest.param(public_key(Name="a.b"), id="name with a dot"),
            pytest.param(public_key(Comment="c" * 129), id="comment too long"),
            pytest.param(public_key(EncodedKey="key"), id="no key"),
            pytest.param(public_key(EncodedKey=pem("rsa-1024")), id="RSA too short"),
            pytest.param(public_key(EncodedKey=pem("p-384")), id="another curve"),
        ],
    )
    def test_is_refused(self, cloudfront: t.Any, config: Config) -> None:
        refused("InvalidArgument", cloudfront.create_public_key, PublicKeyConfig=config)

    def test_both_algorithms(self, cloudfront: t.Any) -> None:
        for kind in ("rsa-2048", "p-256"):
            config = public_key(Name=kind, CallerReference=kind, EncodedKey=pem(kind))
            assert cloudfront.create_public_key(PublicKeyConfig=config)["PublicKey"]["PublicKeyConfig"] == config

    def test_comes_back_with_one_newline(self, cloudfront: t.Any) -> None:
        config = public_key(EncodedKey=pem("rsa-2048").strip() + "\n\n")
        answer = cloudfront.create_public_key(PublicKeyConfig=config)["PublicKey"]["PublicKeyConfig"]
        assert answer["EncodedKey"] == pem("rsa-2048")

    @pytest.mark.parametrize("changes", [{"Name": "other"}, {"CallerReference": "other"}])
    def test_name_and_caller_reference_are_unique(self, cloudfront: t.Any, changes: Config) -> None:
        cloudfront.create_public_key(PublicKeyConfig=public_key())
        config = public_key(**changes)
        refused("PublicKeyAlreadyExists", cloudfront.create_public_key, PublicKeyConfig=config)

    def test_an_account_has_ten(self, cloudfront: t.Any) -> None:
        for number in range(10):
            new_key(cloudfront, f"key-{number}")
        refused("TooManyPublicKeys", cloudfront.create_public_key, PublicKeyConfig=public_key())

    def test_only_the_comment_changes(self, cloudfront: t.Any) -> None:
        answer = cloudfront.create_public_key(PublicKeyConfig=public_key())
        id_, etag, update = answer["PublicKey"]["Id"], answer["ETag"], cloudfront.update_public_key
        for changes in ({"Name": "other"}, {"EncodedKey": pem("p-256")}, {"CallerReference": "other"}):
            code = "CannotChangeImmutablePublicKeyFields"
            refused(code, update, Id=id_, IfMatch=etag, PublicKeyConfig=public_key(**changes))
        answer = update(Id=id_, IfMatch=etag, PublicKeyConfig=public_key(Comment="new"))
        assert answer["PublicKey"]["PublicKeyConfig"] == public_key(Comment="new")

    def test_in_use_is_not_deleted(self, cloudfront: t.Any) -> None:
        id_ = new_key(cloudfront)
        cloudfront.create_key_group(KeyGroupConfig={"Name": "group", "Items": [id_]})
        etag = cloudfront.get_public_key(Id=id_)["ETag"]
        refused("PublicKeyInUse", cloudfront.delete_public_key, Id=id_, IfMatch=etag)
        refused("NoSuchPublicKey", cloudfront.get_public_key, Id="K0")


class TestKeyGroups:
    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"Items": [NOWHERE]}, id="key that is not there"),
            pytest.param({"Items": []}, id="no key"),
            pytest.param({"Name": "a.b"}, id="name with a dot"),
            pytest.param({"Comment": "c" * 129}, id="comment too long"),
        ],
    )
    def test_is_refused(self, cloudfront: t.Any, changes: Config) -> None:
        config = {"Name": "group", "Items": [new_key(cloudfront)], **changes}
        refused("InvalidArgument", cloudfront.create_key_group, KeyGroupConfig=config)

    def test_has_a_key_once(self, cloudfront: t.Any) -> None:
        config = {"Name": "group", "Items": [new_key(cloudfront)] * 2}
        refused("InvalidArgument", cloudfront.create_key_group, KeyGroupConfig=config)

    def test_has_five_keys(self, cloudfront: t.Any) -> None:
        keys = [new_key(cloudfront, f"key-{number}") for number in range(6)]
        config = {"Name": "group", "Items": keys}
        refused("TooManyPublicKeysInKeyGroup", cloudfront.create_key_group, KeyGroupConfig=config)

    def test_an_account_has_ten(self, cloudfront: t.Any) -> None:
        keys = [new_key(cloudfront)]
        for number in range(10):
            cloudfront.create_key_group(KeyGroupConfig={"Name": f"group-{number}", "Items": keys})
        config = {"Name": "group", "Items": keys}
        refused("TooManyKeyGroups", cloudfront.create_key_group, KeyGroupConfig=config)

    def test_update_and_delete(self, cloudfront: t.Any) -> None:
        first, second = new_key(cloudfront, "first"), new_key(cloudfront, "second")
        config = {"Name": "group", "Items": [first], "Comment": ""}
        answer = cloudfront.create_key_group(KeyGroupConfig=config)
        id_, old = answer["KeyGroup"]["Id"], answer["ETag"]
        refused("KeyGroupAlreadyExists", cloudfront.create_key_group, KeyGroupConfig=config)
        config = {**config, "Items": [first, second]}
        answer = cloudfront.update_key_group(Id=id_, IfMatch=old, KeyGroupConfig=config)
        assert answer["KeyGroup"]["KeyGroupConfig"] == config
        refused("PreconditionFailed", cloudfront.delete_key_group, Id=id_, IfMatch=old)
        groups = {"Enabled": True, **items(id_)}
        user = created(cloudfront, distribution(DefaultCacheBehavior={"TrustedKeyGroups": groups}))
        assert user["ActiveTrustedKeyGroups"]["Items"][0]["KeyPairIds"] == items(first, second)
        refused("ResourceInUse", cloudfront.delete_key_group, Id=id_, IfMatch=answer["ETag"])
        users = cloudfront.list_distributions_by_key_group(KeyGroupId=id_)["DistributionIdList"]
        assert users["Items"] == [user["Id"]]
        refused("NoSuchResource", cloudfront.get_key_group, Id=NOWHERE)
