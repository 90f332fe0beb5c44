"""A distribution's own pages in place of errors.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/GeneratingCustomErrorResponses.html
"""

from __future__ import annotations

from dataclasses import replace

from tutorcloudfront.sandbox.configs import Config, items
from tutorcloudfront.sandbox.edge.deployment import Site
from tutorcloudfront.sandbox.edge.forwarding import CONDITIONS
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Response


def rule_for(site: Site, status: int) -> Config | None:
    """Return the rule that has a page for a status; there are such that only say for how long an error is kept."""
    rules: list[Config] = items(site.config["CustomErrorResponses"])
    return next((rule for rule in rules if rule["ErrorCode"] == status and rule.get("ResponsePagePath")), None)


def request_for(rule: Config, request: Request) -> Request:
    """Return what is asked for in place of a request: all of the page, on no condition."""
    headers = tuple(item for item in request.headers if item[0] not in CONDITIONS)
    return replace(request, method="GET", path=rule["ResponsePagePath"], query="", headers=headers, body=b"")


def with_status(rule: Config, page: Response, status: int) -> Response:
    """Return a page with the status that the rule wants, or else the one of the error."""
    wanted = rule.get("ResponseCode") or status
    return replace(page, status=int(wanted))
