"""What the edge does with a request, from beginning to end."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from tutorcloudfront.sandbox.configs import Config
from tutorcloudfront.sandbox.edge import (
    answers,
    conditions,
    deployment,
    error_pages,
    forwarding,
    identity,
    ranges,
    response_policy,
    signatures,
    viewers,
)
from tutorcloudfront.sandbox.edge.answers import Refused
from tutorcloudfront.sandbox.edge.deployment import Behavior, Site
from tutorcloudfront.sandbox.edge.objects import ERROR, HIT, MISS, REFRESH_HIT, Found, Objects, Visit
from tutorcloudfront.sandbox.edge.origins import Origins
from tutorcloudfront.sandbox.edge.positions import Generated, Passage, Positions
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Headers, Response
from tutorcloudfront.sandbox.edge.restrictions import FunctionFailed
from tutorcloudfront.sandbox.store import Store

REDIRECT = "Redirect"


@dataclass(frozen=True)
class Outcome:
    """An answer, and what the log says of it."""

    response: Response
    result: str
    host: str
    behavior: str = "-"
    hint: str = ""


class Edge:
    """One edge location, for all distributions of an account.

    :param store: returns what the account holds.
    :param clock: in epoch seconds; a test may set another one.
    """

    def __init__(
        self,
        store: Callable[[], Store],
        origins: Origins,
        positions: Positions,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.clock = clock
        self._store = store
        self._origins = origins
        self._positions = positions
        self._objects = Objects(self._ask, lambda: self.clock())

    def clear(self) -> None:
        """Forget all objects."""
        self._objects.clear()

    async def answer(self, request: Request) -> Outcome:
        """Return what a viewer gets."""
        id_ = identity.request_id()
        store = self._store()
        site = deployment.site_for(store, request.host)
        if site is None:
            nobody = answers.page(403, "Bad request. No enabled distribution answers for this host name.")
            return Outcome(self._finished(Found(nobody, ERROR), request, id_), ERROR, request.host)
        behavior = site.behavior_for(request.path)
        found = await self._found(store, site, behavior, request, id_)
        response = self._finished(found, request, id_)
        return Outcome(response, found.result, request.host, behavior.pattern, found.hint)

    async def _found(self, store: Store, site: Site, behavior: Behavior, request: Request, id_: str) -> Found:
        try:
            viewers.check_length(request)
            elsewhere = viewers.protocol_answer(behavior, request)
            if elsewhere:
                return Found(elsewhere, REDIRECT)
            viewers.check_method(behavior, request)
            if behavior.keys:
                signatures.check(request, behavior.keys, self.clock())
                request = replace(request, query=signatures.without_reserved(request.query))
            return await self._served(store, site, behavior, request, id_)
        except FunctionFailed as failed:
            found = Found(failed.response, failed.code, hint=failed.hint)
        except Refused as refused:
            found = Found(refused.response, ERROR, hint=refused.hint)
        except signatures.Denied as denied:
            found = Found(answers.xml(403, denied.code, denied.message), ERROR, hint=denied.code)
        return await self._error_page(Visit(store, site, behavior, request, id_, request.path), found)

    async def _served(self, store: Store, site: Site, behavior: Behavior, request: Request, id_: str) -> Found:
        """Return the answer to a request that may be made."""
        passage = Passage(store, site, behavior, id_)
        handed_on = await self._positions.viewer_request(passage, request)
        if isinstance(handed_on, Generated):
            return Found(handed_on.response, handed_on.result)
        visit = Visit(store, site, behavior, with_root_object(site, handed_on), id_, handed_on.path)
        found = await self._error_page(visit, await self._objects.find(visit))
        response = _for_viewer(visit, found)
        hit = found.result in (HIT, REFRESH_HIT)
        response = response_policy.applied(behavior.response_headers, visit.request, response, hit=hit)
        return replace(found, response=await self._positions.viewer_response(passage, visit.request, response))

    async def _error_page(self, visit: Visit, found: Found) -> Found:
        """Return the distribution's own page for an error, where it has one that can be got."""
        rule = error_pages.rule_for(visit.site, found.response.status)
        if rule is None:
            return found
        request = error_pages.request_for(rule, visit.request)
        behavior = visit.site.behavior_for(request.path)
        try:
            page = await self._objects.find(replace(visit, behavior=behavior, request=request, asked_for=request.path))
        except Refused:
            return found
        if page.response.status != 200:
            return found
        return replace(found, response=error_pages.with_status(rule, page.response, found.response.status))

    async def _ask(self, visit: Visit, on_condition: Headers) -> Response:
        """Ask the origins of a behavior, one after the other as far as it takes."""
        origins, failover_at = visit.site.origins_for(visit.behavior)
        for origin in origins[:-1]:
            try:
                answer = await self._ask_one(visit, origin, on_condition)
            except Refused as refused:
                answer = refused.response
            if answer.status not in failover_at or visit.request.method not in ("GET", "HEAD", "OPTIONS"):
                return answer
        return await self._ask_one(visit, origins[-1], on_condition)

    async def _ask_one(self, visit: Visit, origin: Config, on_condition: Headers) -> Response:
        behavior, viewers_request = visit.behavior, visit.request
        request = forwarding.origin_request(behavior, viewers_request, visit.id, cached=visit.cacheable)
        if on_condition:
            others = tuple(item for item in request.headers if item[0] not in ("range", "if-range"))
            request = replace(request, headers=(*others, *on_condition))
        # S3 finds the bucket by Host.
        of_viewer = forwarding.forwards_host(behavior, viewers_request) and "S3OriginConfig" not in origin
        request = replace(request, host=viewers_request.host if of_viewer else origin["DomainName"])
        passage = Passage(visit.store, visit.site, behavior, visit.id)
        handed_on = await self._positions.origin_request(passage, origin, request)
        if isinstance(handed_on, Response):
            return handed_on
        origin, request = handed_on
        asked = forwarding.with_origins_own(origin, request)
        answer = await self._origins.ask(visit.store, visit.site, origin, asked)
        return await self._positions.origin_response(passage, origin, request, answer)

    def _finished(self, found: Found, request: Request, id_: str) -> Response:
        """Return an answer with what CloudFront says in all of them."""
        response = found.response
        added = [
            ("x-cache", f"{found.result} from cloudfront"),
            ("via", identity.via()),
            ("x-amz-cf-pop", identity.POP),
            ("x-amz-cf-id", id_),
        ]
        if not response.has("date"):
            added.append(("date", email.utils.formatdate(self.clock(), usegmt=True)))
        if not response.has("server"):
            added.append(("server", "CloudFront"))
        if found.age is not None:
            added.append(("age", str(found.age)))
        response = response.with_headers(*added)
        return replace(response, body=b"") if request.method == "HEAD" else response


def with_root_object(site: Site, request: Request) -> Request:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html"""
    root = site.config["DefaultRootObject"]
    return replace(request, path=f"/{root}") if root and request.path == "/" else request


def _for_viewer(visit: Visit, found: Found) -> Response:
    """Return as much of an object as the viewer wants of it."""
    if not visit.cacheable or found.result == ERROR:
        return found.response
    response = conditions.unless_modified(visit.request, found.response)
    # What has just come from the origin is already the part that was asked for, or all that the origin gives.
    return response if found.result == MISS else ranges.part_of(visit.request, response)
