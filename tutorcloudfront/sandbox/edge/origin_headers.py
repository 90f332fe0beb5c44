"""The headers of an origin's answer that viewers get to see.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#ResponseCustomRemovedHeaders
"""

from __future__ import annotations

from tutorcloudfront.sandbox.edge import forwarding, selection
from tutorcloudfront.sandbox.edge.deployment import Behavior
from tutorcloudfront.sandbox.edge.response import Response
from tutorcloudfront.sandbox.edge.viewer_facts import DEVICES

#: CloudFront's own in their place, or nobody's.
REPLACED = ("via", "x-cache", "x-amz-cf-id", "x-amz-cf-pop")
ALWAYS_VARIED_BY = {"accept-encoding", "cookie"}


def passed_on(behavior: Behavior, response: Response) -> Response:
    """Return an origin's answer without what is not for viewers."""
    kept = response.without([*REPLACED, *_about_the_edge(response)])
    if not forwarding.forwards_cookies(behavior):
        kept = kept.without(["set-cookie"])
    return _with_vary(behavior, kept)


def _about_the_edge(response: Response) -> list[str]:
    return [name for name, _ in response.headers if name.startswith("x-edge-")]


def _with_vary(behavior: Behavior, response: Response) -> Response:
    if not response.has("vary") or response.header("vary").strip() == "*" or _forwards_all(behavior):
        return response
    names = selection.header_names(behavior.key) | selection.header_names(behavior.forward)
    told = ALWAYS_VARIED_BY | names | ({"user-agent"} if names & set(DEVICES.values()) else set())
    varied = [name.strip() for name in response.header("vary").split(",") if name.strip().lower() in told]
    return response.with_headers(("vary", ", ".join(varied))) if varied else response.without(["vary"])


def _forwards_all(behavior: Behavior) -> bool:
    return behavior.forward["HeadersConfig"]["HeaderBehavior"] in (
        "allViewer",
        "allExcept",
        "allViewerAndWhitelistCloudFront",
    )
