"""Requests as CloudFront hands them to functions, and what functions make of them."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from tutorcloudfront.edge.authorizer.handler import Handler
from tutorcloudfront.edge.config import AuthorizerConfig

Json = dict[str, t.Any]


def fields(headers: Mapping[str, str | list[str]]) -> Json:
    """Return headers in the form of events; a list is a header that is there several times."""
    return {
        name.lower(): [{"key": name, "value": value} for value in (values if isinstance(values, list) else [values])]
        for name, values in headers.items()
    }


def event(
    headers: Mapping[str, str | list[str]] | None = None,
    query: str = "",
    method: str = "GET",
    path: str = "/file",
    position: str = "viewer-request",
    **more: t.Any,
) -> Json:
    request = {
        "clientIp": "198.51.100.11",
        "method": method,
        "uri": path,
        "querystring": query,
        "headers": fields({"Host": "images.example.com", **(headers or {})}),
        **more,
    }
    config = {
        "distributionDomainName": "d111111abcdef8.cloudfront.net",
        "distributionId": "EDFDVBD6EXAMPLE",
        "eventType": position,
        "requestId": "request-id",
    }
    return {"Records": [{"cf": {"config": config, "request": request}}]}


def with_token(token: str) -> Json:
    return event({"Authorization": f"Bearer {token}"})


def authorizer(config: AuthorizerConfig) -> Handler:
    """Return the function as its zip has it, in this process."""
    return Handler(config.document())


def header(result: Json, name: str) -> str | None:
    """Return a header's value, and `None` where there is none."""
    found = result["headers"].get(name.lower())
    return found[0]["value"] if found else None


def passed(result: Json) -> bool:
    """Tell whether a request goes on; what is neither a request nor an answer fails the test."""
    assert ("uri" in result) != ("status" in result), result
    return "uri" in result
