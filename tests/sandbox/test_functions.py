"""CloudFront Functions: their two stages, and what AWS refuses."""

from __future__ import annotations

import typing as t

import pytest

from tests.sandbox.examples import Config, created, distribution, function, items, refused

CODE = b"function handler(event) { return event.request; }\n"
CONFIG: Config = {"Comment": "", "Runtime": "cloudfront-js-2.0"}


def create(cloudfront: t.Any, **changes: t.Any) -> t.Any:
    arguments: Config = {"Name": "pass", "FunctionConfig": CONFIG, "FunctionCode": CODE, **changes}
    return cloudfront.create_function(**arguments)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        pytest.param("InvalidArgument", {"Name": "a.b"}, id="name with a dot"),
        pytest.param("InvalidArgument", {"Name": "n" * 65}, id="name too long"),
        pytest.param("InvalidArgument", {"FunctionConfig": {**CONFIG, "Comment": "c" * 129}}, id="comment too long"),
        pytest.param("InvalidArgument", {"FunctionCode": b""}, id="no code"),
        pytest.param("FunctionSizeLimitExceeded", {"FunctionCode": b" " * 10241}, id="code too long"),
        pytest.param("MalformedXML", {"FunctionConfig": {**CONFIG, "Runtime": "nodejs"}}, id="unknown runtime"),
        pytest.param("InvalidTagging", {"Tags": {"Items": [{"Key": "aws:x", "Value": ""}]}}, id="tag of AWS"),
    ],
)
def test_is_refused(cloudfront: t.Any, code: str, changes: Config) -> None:
    refused(code, create, cloudfront=cloudfront, **changes)


def test_code_comes_back_as_it_was(cloudfront: t.Any) -> None:
    code = bytes(range(256)) * 40
    create(cloudfront, FunctionCode=code)
    answer = cloudfront.get_function(Name="pass")
    assert answer["FunctionCode"].read() == code
    summary = cloudfront.describe_function(Name="pass")["FunctionSummary"]
    assert (summary["FunctionConfig"], summary["Status"]) == (CONFIG, "UNPUBLISHED")


def test_name_is_unique(cloudfront: t.Any) -> None:
    create(cloudfront)
    refused("FunctionAlreadyExists", create, cloudfront=cloudfront)


def test_an_account_has_a_hundred(cloudfront: t.Any) -> None:
    for number in range(100):
        create(cloudfront, Name=f"function-{number}")
    refused("TooManyFunctions", create, cloudfront=cloudfront)


def test_publishing_copies_development_to_live(cloudfront: t.Any) -> None:
    first = create(cloudfront)["ETag"]
    refused("NoSuchFunctionExists", cloudfront.describe_function, Name="pass", Stage="LIVE")
    refused("InvalidIfMatchVersion", cloudfront.publish_function, Name="pass", IfMatch="")
    summary = cloudfront.publish_function(Name="pass", IfMatch=first)["FunctionSummary"]
    assert (summary["FunctionMetadata"]["Stage"], summary["Status"]) == ("LIVE", "UNASSOCIATED")
    new = {"Name": "pass", "FunctionConfig": {**CONFIG, "Comment": "new"}, "FunctionCode": b"new"}
    refused("InvalidIfMatchVersion", cloudfront.update_function, **new, IfMatch="")
    second = cloudfront.update_function(**new, IfMatch=first)["ETag"]
    refused("PreconditionFailed", cloudfront.update_function, **new, IfMatch=first)
    refused("PreconditionFailed", cloudfront.publish_function, Name="pass", IfMatch=first)
    assert cloudfront.get_function(Name="pass", Stage="LIVE")["FunctionCode"].read() == CODE
    assert cloudfront.get_function(Name="pass")["FunctionCode"].read() == b"new"
    assert cloudfront.describe_function(Name="pass")["FunctionSummary"]["Status"] == "UNPUBLISHED"
    cloudfront.publish_function(Name="pass", IfMatch=second)
    live = cloudfront.describe_function(Name="pass", Stage="LIVE")["FunctionSummary"]
    assert live["FunctionConfig"]["Comment"] == "new"


def test_list_tells_of_both_stages(cloudfront: t.Any) -> None:
    function(cloudfront, "published")
    function(cloudfront, "written", published=False)

    def listed(**arguments: str) -> list[tuple[str, str]]:
        found = cloudfront.list_functions(**arguments)["FunctionList"]["Items"]
        return [(item["Name"], item["FunctionMetadata"]["Stage"]) for item in found]

    assert listed() == [("published", "DEVELOPMENT"), ("published", "LIVE"), ("written", "DEVELOPMENT")]
    assert listed(Stage="LIVE") == [("published", "LIVE")]
    assert listed(Stage="DEVELOPMENT") == [("published", "DEVELOPMENT"), ("written", "DEVELOPMENT")]
    refused("InvalidArgument", cloudfront.list_functions, Stage="TEST")


def test_in_use_is_not_deleted(cloudfront: t.Any) -> None:
    arn = function(cloudfront)
    associations = items({"FunctionARN": arn, "EventType": "viewer-request"})
    created(cloudfront, distribution(DefaultCacheBehavior={"FunctionAssociations": associations}))
    assert cloudfront.describe_function(Name="refuse", Stage="LIVE")["FunctionSummary"]["Status"] == "DEPLOYED"
    etag = cloudfront.describe_function(Name="refuse")["ETag"]
    refused("FunctionInUse", cloudfront.delete_function, Name="refuse", IfMatch=etag)


def test_delete(cloudfront: t.Any) -> None:
    etag = create(cloudfront)["ETag"]
    refused("InvalidIfMatchVersion", cloudfront.delete_function, Name="pass", IfMatch="")
    refused("PreconditionFailed", cloudfront.delete_function, Name="pass", IfMatch="E0")
    cloudfront.delete_function(Name="pass", IfMatch=etag)
    refused("NoSuchFunctionExists", cloudfront.get_function, Name="pass")
