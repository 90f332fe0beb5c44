"""The operations on CloudFront Functions, which come in two stages.

What is written goes to DEVELOPMENT; publishing copies it to LIVE, which is what distributions run:
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/managing-functions.html
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator
from dataclasses import replace

from tutorcloudfront.sandbox import shapes
from tutorcloudfront.sandbox.configs import functions_used
from tutorcloudfront.sandbox.operations.common import API, Members, Operation, tags_in
from tutorcloudfront.sandbox.operations.pages import page
from tutorcloudfront.sandbox.refusal import Refused, invalid_if, refuse_if
from tutorcloudfront.sandbox.rules.common import check_etag
from tutorcloudfront.sandbox.rules.functions import MAX_FUNCTIONS, check_function, check_name_of_function
from tutorcloudfront.sandbox.rules.tags import check_tags
from tutorcloudfront.sandbox.store import Function, Store, Version, now

DEVELOPMENT = "DEVELOPMENT"
LIVE = "LIVE"


def create_function(store: Store, request: Members) -> Members:
    name = request["Name"]
    check_name_of_function(name)
    refuse_if(
        name in store.functions,
        "FunctionAlreadyExists",
        f"A function with the same name already exists in this AWS account: {name}",
    )
    refuse_if(
        len(store.functions) >= MAX_FUNCTIONS,
        "TooManyFunctions",
        "You have reached the maximum number of CloudFront functions for this account.",
    )
    tags = tags_in(request)
    check_tags(tags)
    function = store.functions[name] = Function(name, _version(request, now()))
    store.tags[store.arn("function", name)] = tags
    location = f"{API}/function/{name}"
    return {**_answer(store, function, DEVELOPMENT), "Location": location}


def update_function(store: Store, request: Members) -> Members:
    function = _find(store, request)
    check_etag(request.get("IfMatch"), function.development.etag)
    function.development = _version(request, function.development.created)
    return _answer(store, function, DEVELOPMENT)


def publish_function(store: Store, request: Members) -> Members:
    function = _find(store, request)
    check_etag(request.get("IfMatch"), function.development.etag)
    function.live = replace(function.development, modified=now())
    return _answer(store, function, LIVE)


def describe_function(store: Store, request: Members) -> Members:
    return _answer(store, _find(store, request), _stage(request) or DEVELOPMENT)


def get_function(store: Store, request: Members) -> Members:
    version = _version_of(_find(store, request), _stage(request) or DEVELOPMENT)
    return {"FunctionCode": version.code, "ETag": version.etag, "ContentType": "application/octet-stream"}


def delete_function(store: Store, request: Members) -> Members:
    function = _find(store, request)
    check_etag(request.get("IfMatch"), function.development.etag)
    refuse_if(_is_used(store, function.name), "FunctionInUse", "Cannot delete the function because it is in use.")
    del store.functions[function.name]
    store.tags.pop(store.arn("function", function.name), None)
    return {}


def list_functions(store: Store, request: Members) -> Members:
    """Answer with both stages of every function, or with those of one stage."""
    wanted = _stage(request)
    found = {
        f"{function.name}/{stage}": _summary(store, function, stage)
        for function in store.functions.values()
        for stage in _stages(function)
        if wanted in (None, stage)
    }
    return {"FunctionList": page(request, found)}


OPERATIONS: dict[str, Operation] = {
    "CreateFunction": create_function,
    "UpdateFunction": update_function,
    "PublishFunction": publish_function,
    "DescribeFunction": describe_function,
    "GetFunction": get_function,
    "DeleteFunction": delete_function,
    "ListFunctions": list_functions,
}


def _version(request: Members, created: t.Any) -> Version:
    config, code = request["FunctionConfig"], request["FunctionCode"]
    shapes.check("FunctionConfig", config)
    check_function(config, code)
    return Version(shapes.tidy(config), code, created)


def _find(store: Store, request: Members) -> Function:
    try:
        return store.functions[request["Name"]]
    except KeyError:
        raise Refused("NoSuchFunctionExists", "The specified function does not exist.") from None


def _stage(request: Members) -> str | None:
    stage: str | None = request.get("Stage")
    invalid_if(stage not in (None, DEVELOPMENT, LIVE), "The parameter Stage is not valid.")
    return stage


def _stages(function: Function) -> Iterator[str]:
    yield DEVELOPMENT
    if function.live:
        yield LIVE


def _version_of(function: Function, stage: str) -> Version:
    version = function.live if stage == LIVE else function.development
    if version is None:
        raise Refused("NoSuchFunctionExists", "The specified function does not exist in the stage LIVE.")
    return version


def _is_used(store: Store, name: str) -> bool:
    arn = store.arn("function", name)
    return any(arn in functions_used(distribution.config) for distribution in store.custom("Distribution"))


def _answer(store: Store, function: Function, stage: str) -> Members:
    return {"FunctionSummary": _summary(store, function, stage), "ETag": _version_of(function, stage).etag}


def _summary(store: Store, function: Function, stage: str) -> Members:
    version = _version_of(function, stage)
    if function.live is None or function.live.etag != version.etag:
        status = "UNPUBLISHED"
    else:
        status = "DEPLOYED" if _is_used(store, function.name) else "UNASSOCIATED"
    return {
        "Name": function.name,
        "Status": status,
        "FunctionConfig": version.config,
        "FunctionMetadata": {
            "FunctionARN": store.arn("function", function.name),
            "Stage": stage,
            "CreatedTime": version.created,
            "LastModifiedTime": version.modified,
        },
    }
