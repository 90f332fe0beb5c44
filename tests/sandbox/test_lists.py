"""Lists, their pages, and tags."""

from __future__ import annotations

import typing as t

import pytest

from tests.sandbox.examples import (
    CACHING_DISABLED,
    access_control,
    cache_policy,
    created,
    distribution,
    function,
    items,
    public_key,
    refused,
)
from tests.support.sandbox import Aws


def tagged(cloudfront: t.Any, number: int, **tags: str) -> str:
    both = {
        "DistributionConfig": distribution(CallerReference=str(number)),
        "Tags": {"Items": [{"Key": key, "Value": value} for key, value in tags.items()]},
    }
    answer = cloudfront.create_distribution_with_tags(DistributionConfigWithTags=both)
    return str(answer["Distribution"]["ARN"])


class TestPages:
    def test_have_at_most_a_hundred_items(self, cloudfront: t.Any) -> None:
        ids = {created(cloudfront, distribution(CallerReference=str(number)))["Id"] for number in range(205)}
        pages = list(cloudfront.get_paginator("list_distributions").paginate())
        lists = [page["DistributionList"] for page in pages]
        assert [(page["Quantity"], page["IsTruncated"]) for page in lists] == [(100, True), (100, True), (5, False)]
        assert {item["Id"] for page in lists for item in page["Items"]} == ids
        assert cloudfront.list_distributions(MaxItems="1000")["DistributionList"]["Quantity"] == 100

    def test_are_as_small_as_asked_for(self, cloudfront: t.Any) -> None:
        first = cloudfront.list_cache_policies(Type="managed", MaxItems="2")["CachePolicyList"]
        assert (first["Quantity"], first["MaxItems"], len(first["Items"])) == (2, 2, 2)
        rest = cloudfront.list_cache_policies(Type="managed", Marker=first["NextMarker"])["CachePolicyList"]
        assert "NextMarker" not in rest
        ids = [item["CachePolicy"]["Id"] for item in [*first["Items"], *rest["Items"]]]
        assert CACHING_DISABLED in ids
        assert len(set(ids)) == len(ids) == 7

    def test_functions_follow_their_markers(self, cloudfront: t.Any) -> None:
        for name in "abc":
            function(cloudfront, name)
        found, marker = [], ""
        while marker is not None:
            page = cloudfront.list_functions(MaxItems="2", Marker=marker)["FunctionList"]
            found += [item["Name"] for item in page["Items"]]
            marker = page.get("NextMarker")
        assert found == ["a", "a", "b", "b", "c", "c"]

    @pytest.mark.parametrize("wrong", ["0", "-1", "many"])
    def test_size_is_a_number(self, cloudfront: t.Any, wrong: str) -> None:
        refused("InvalidArgument", cloudfront.list_distributions, MaxItems=wrong)

    def test_types_are_two(self, cloudfront: t.Any) -> None:
        refused("InvalidArgument", cloudfront.list_cache_policies, Type="mine")

    def test_go_on_when_the_last_item_is_gone(self, cloudfront: t.Any) -> None:
        for number in range(3):
            cloudfront.create_cache_policy(CachePolicyConfig=cache_policy(Name=f"policy-{number}"))
        page = cloudfront.list_cache_policies(Type="custom", MaxItems="1")["CachePolicyList"]
        id_ = page["Items"][0]["CachePolicy"]["Id"]
        cloudfront.delete_cache_policy(Id=id_, IfMatch=cloudfront.get_cache_policy(Id=id_)["ETag"])
        rest = cloudfront.list_cache_policies(Type="custom", Marker=page["NextMarker"])["CachePolicyList"]
        assert rest["Quantity"] == 2

    @pytest.mark.parametrize(
        ("method", "member"),
        [
            ("list_distributions", "DistributionList"),
            ("list_functions", "FunctionList"),
            ("list_origin_access_controls", "OriginAccessControlList"),
            ("list_public_keys", "PublicKeyList"),
            ("list_key_groups", "KeyGroupList"),
        ],
    )
    def test_of_nothing_have_no_items(self, cloudfront: t.Any, method: str, member: str) -> None:
        page = getattr(cloudfront, method)()[member]
        assert page["Quantity"] == 0
        assert "Items" not in page


class TestSummaries:
    def test_of_distributions_leave_out_what_only_a_get_tells(self, cloudfront: t.Any) -> None:
        first = created(cloudfront)
        summary = cloudfront.list_distributions()["DistributionList"]["Items"][0]
        assert summary["ETag"] == first["ETag"]
        config = first["DistributionConfig"]
        left_out = {name for name in config if name not in summary}
        assert left_out == {"CallerReference", "DefaultRootObject", "Logging", "ContinuousDeploymentPolicyId"}
        assert {name: summary[name] for name in config if name in summary} == {
            name: value for name, value in config.items() if name not in left_out
        }

    def test_of_other_kinds(self, cloudfront: t.Any) -> None:
        cloudfront.create_origin_access_control(OriginAccessControlConfig=access_control())
        control = cloudfront.list_origin_access_controls()["OriginAccessControlList"]["Items"][0]
        assert set(control) == {"Id", *access_control()}
        cloudfront.create_public_key(PublicKeyConfig=public_key())
        key = cloudfront.list_public_keys()["PublicKeyList"]["Items"][0]
        assert set(key) == {"Id", "Name", "CreatedTime", "EncodedKey", "Comment"}
        cloudfront.create_key_group(KeyGroupConfig={"Name": "group", "Items": [key["Id"]]})
        group = cloudfront.list_key_groups()["KeyGroupList"]["Items"][0]["KeyGroup"]
        assert group["KeyGroupConfig"] == {"Name": "group", "Items": [key["Id"]], "Comment": ""}


class TestTags:
    def test_find_distributions_and_functions(self, aws: Aws, cloudfront: t.Any) -> None:
        mine = {tagged(cloudfront, number, prefix="mine", site=str(number)) for number in range(60)}
        tagged(cloudfront, 60, prefix="other")
        created(cloudfront, distribution(CallerReference="untagged"))
        cloudfront.create_function(
            Name="f",
            FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"},
            FunctionCode=b"x",
            Tags={"Items": [{"Key": "prefix", "Value": "mine"}]},
        )

        def found(**arguments: t.Any) -> set[str]:
            pages = aws("resourcegroupstaggingapi").get_paginator("get_resources").paginate(**arguments)
            return {item["ResourceARN"] for page in pages for item in page["ResourceTagMappingList"]}

        by_prefix = [{"Key": "prefix", "Values": ["mine"]}]
        assert found(TagFilters=by_prefix, ResourceTypeFilters=["cloudfront:distribution"]) == mine
        assert len(found(TagFilters=by_prefix, ResourceTypeFilters=["cloudfront"])) == 61
        assert len(found(TagFilters=[{"Key": "prefix"}, {"Key": "site", "Values": ["7", "8"]}])) == 2
        assert len(found()) == 62

    def test_are_known_in_us_east_1_only(self, aws: Aws, cloudfront: t.Any) -> None:
        tagged(cloudfront, 1, prefix="mine")
        elsewhere = aws("resourcegroupstaggingapi", region="eu-west-1")
        assert elsewhere.get_resources()["ResourceTagMappingList"] == []

    def test_pages_of_the_tagging_api_are_of_resources_whatever_tags_they_have(
        self, aws: Aws, cloudfront: t.Any
    ) -> None:
        for number in range(51):
            tagged(cloudfront, number, a="1", b="2")
        page = aws("resourcegroupstaggingapi").get_resources(ResourcesPerPage=100)
        assert len(page["ResourceTagMappingList"]) == 51
        assert not page.get("PaginationToken")

    def test_are_added_and_taken_away(self, aws: Aws, cloudfront: t.Any) -> None:
        arn = tagged(cloudfront, 1, a="1", b="2")
        cloudfront.tag_resource(Resource=arn, Tags={"Items": [{"Key": "b", "Value": "3"}, {"Key": "c", "Value": ""}]})
        cloudfront.untag_resource(Resource=arn, TagKeys={"Items": ["a"]})
        aws("resourcegroupstaggingapi").tag_resources(ResourceARNList=[arn], Tags={"d": "4"})
        aws("resourcegroupstaggingapi").untag_resources(ResourceARNList=[arn], TagKeys=["c"])
        found = cloudfront.list_tags_for_resource(Resource=arn)["Tags"]["Items"]
        assert {tag["Key"]: tag["Value"] for tag in found} == {"b": "3", "d": "4"}

    @pytest.mark.parametrize(
        "tags",
        [
            pytest.param({"aws:mine": ""}, id="of AWS"),
            pytest.param({"k" * 129: ""}, id="key too long"),
            pytest.param({"k": "v" * 257}, id="value too long"),
            pytest.param({"k": "a;b"}, id="character"),
            pytest.param({f"k{number}": "" for number in range(51)}, id="too many"),
        ],
    )
    def test_are_refused(self, cloudfront: t.Any, tags: dict[str, str]) -> None:
        refused("InvalidTagging", tagged, cloudfront=cloudfront, number=1, **tags)
        arn = tagged(cloudfront, 2)
        both = items(*({"Key": key, "Value": value} for key, value in tags.items()))
        refused("InvalidTagging", cloudfront.tag_resource, Resource=arn, Tags={"Items": both["Items"]})

    def test_take_letters_blanks_and_numbers_of_any_script(self, cloudfront: t.Any) -> None:
        value = "Straße\u00a05\u3000Ⅷ"
        arn = tagged(cloudfront, 1, Where=value)
        assert {"Key": "Where", "Value": value} in cloudfront.list_tags_for_resource(Resource=arn)["Tags"]["Items"]

    def test_go_with_the_resource(self, cloudfront: t.Any) -> None:
        function(cloudfront)
        summary = cloudfront.describe_function(Name="refuse")
        arn = summary["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
        cloudfront.tag_resource(Resource=arn, Tags={"Items": [{"Key": "a", "Value": "1"}]})
        cloudfront.delete_function(Name="refuse", IfMatch=summary["ETag"])
        refused("NoSuchResource", cloudfront.list_tags_for_resource, Resource=arn)
        function(cloudfront)
        assert cloudfront.list_tags_for_resource(Resource=arn)["Tags"].get("Items", []) == []
