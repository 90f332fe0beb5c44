"""Objects: from the cache, or from the origin, once for all who ask for one at the same time.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from tutorcloudfront.sandbox.configs import items
from tutorcloudfront.sandbox.edge import encodings, freshness, origin_headers
from tutorcloudfront.sandbox.edge.answers import Refused
from tutorcloudfront.sandbox.edge.cache import Cache, Entry
from tutorcloudfront.sandbox.edge.cache_key import Key, key_for
from tutorcloudfront.sandbox.edge.deployment import Behavior, Site
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Headers, Response
from tutorcloudfront.sandbox.edge.restrictions import FunctionFailed
from tutorcloudfront.sandbox.store import Store

HIT, MISS, REFRESH_HIT, ERROR = "Hit", "Miss", "RefreshHit", "Error"
#: What 304 brings up to date: https://www.rfc-editor.org/rfc/rfc9111#section-3.2
RENEWED = frozenset({"cache-control", "date", "etag", "expires", "last-modified", "vary"})


@dataclass(frozen=True)
class Visit:
    """A viewer's request on its way: what it is about, and its id."""

    store: Store
    site: Site
    behavior: Behavior
    request: Request
    id: str
    #: The path before it became that of the root object.
    asked_for: str

    @property
    def cacheable(self) -> bool:
        """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesCachedHTTPMethods"""
        methods = items(self.behavior.config["AllowedMethods"]["CachedMethods"])
        all_headers = self.behavior.key["HeadersConfig"]["HeaderBehavior"] == "allViewer"
        return self.behavior.caches and self.request.method in methods and not all_headers


@dataclass(frozen=True)
class Found:
    """An object, and how it was come by."""

    response: Response
    result: str
    age: int | None = None
    #: For the log, of what went wrong.
    hint: str = ""


#: Asks the origin: with the headers to ask on condition, or without.
Ask = Callable[[Visit, Headers], Awaitable[Response]]


class Objects:
    """Finds objects, and keeps them for as long as policies and origins say."""

    def __init__(self, ask: Ask, clock: Callable[[], float]) -> None:
        self._ask = ask
        self._clock = clock
        self._cache = Cache()
        self._flights: dict[Key, asyncio.Task[Found]] = {}

    def clear(self) -> None:
        self._cache.clear()

    async def find(self, visit: Visit) -> Found:
        """Return what a viewer asks for, or an error in its place."""
        if not visit.cacheable:
            return await self._fetch_uncached(visit)
        key = key_for(visit.site, visit.behavior, visit.request)
        found = self._kept(visit, key)
        return found or await self._fetch_once(visit, _own_key(visit, key))

    def _kept(self, visit: Visit, key: Key) -> Found | None:
        now = self._clock()
        for candidate in dict.fromkeys((key, _own_key(visit, key))):
            entry = self._cache.get(candidate, visit.store)
            if entry and entry.good(now):
                return Found(entry.response, ERROR if entry.response.status >= 400 else HIT, entry.age(now))
        return None

    async def _fetch_once(self, visit: Visit, key: Key) -> Found:
        """Ask the origin, or wait for the answer to one who already has.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-traffic-spikes
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(self._fetch(visit, key))
            self._flights[key] = flight
            flight.add_done_callback(lambda _flight: self._flights.pop(key, None))
            return await asyncio.shield(flight)
        await asyncio.wait([flight])
        # What was not for keeping was for one viewer only.
        return self._kept(visit, key) or await self._fetch(visit, key)

    async def _fetch_uncached(self, visit: Visit) -> Found:
        try:
            answer = await self._ask(visit, ())
        except FunctionFailed:
            raise
        except Refused as refused:
            return Found(refused.response, ERROR, hint=refused.hint)
        response = encodings.compressed(visit.behavior, visit.request, origin_headers.passed_on(visit.behavior, answer))
        return Found(response, ERROR if response.status >= 400 else MISS)

    async def _fetch(self, visit: Visit, key: Key) -> Found:
        whole = replace(key, part="")
        stale = self._cache.get(whole, visit.store) or self._cache.get(key, visit.store)
        stale = stale if stale and stale.response.status < 400 else None
        asked_at = time.monotonic()
        hint = ""
        try:
            answer = await self._ask(visit, _conditions(stale))
        except FunctionFailed:
            raise
        except Refused as refused:
            answer, hint = refused.response, refused.hint
        now = self._clock()
        if stale and answer.status == 304:
            return self._renewed(visit, key, stale, answer, asked_at)
        if stale and answer.status >= 500:
            return self._stale(visit, key, stale, answer, hint)
        response = encodings.compressed(visit.behavior, visit.request, origin_headers.passed_on(visit.behavior, answer))
        self._keep(visit, key, response, now, asked_at)
        return Found(response, ERROR if response.status >= 400 else MISS, hint=hint)

    def _keep(self, visit: Visit, key: Key, response: Response, now: float, asked_at: float) -> None:
        seconds = self._seconds(visit, response, now)
        where = replace(key, part=key.part if response.status == 206 else "")
        worth = seconds > 0 or freshness.may_be_asked_about(response)
        if worth and not response.cut_short:
            also_called = visit.asked_for + key.url[len(key.path) :]
            self._cache.put(where, Entry(response, now, now + seconds, also_called, asked_at))
        else:
            self._cache.drop(where)

    def _seconds(self, visit: Visit, response: Response, now: float) -> float:
        if response.status >= 400:
            return freshness.error_lifetime(visit.site.config, response)
        return freshness.lifetime(visit.behavior.cache, response, now)

    def _renewed(self, visit: Visit, key: Key, stale: Entry, answer: Response, asked_at: float) -> Found:
        """Keep an object on that the origin says is still the same."""
        fresh = origin_headers.passed_on(visit.behavior, answer)
        # A compressed object has an ETag of its own.
        news = [item for item in fresh.headers if item[0] in RENEWED and not _is_of_other_form(item[0], stale)]
        response = stale.response.with_headers(*news).without(["age"])
        self._keep(visit, key, response, self._clock(), asked_at)
        return Found(response, REFRESH_HIT)

    def _stale(self, visit: Visit, key: Key, stale: Entry, answer: Response, hint: str) -> Found:
        """Go on with what was there before, while the origin is out of order, and ask again a little later.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html#HTTPStatusCodes-no-custom-error-pages
        """
        now = self._clock()
        until = now + freshness.minimum_for_error(visit.site.config, answer.status)
        self._cache.put(replace(key, part=""), replace(stale, good_until=until))
        return Found(
            stale.response, HIT, stale.age(now), hint or f"the origin answers {answer.status}; served as it was"
        )


def _own_key(visit: Visit, key: Key) -> Key:
    """Return the key of what this very request would bring: of HEAD no body, of a range request a part."""
    if visit.request.method == "HEAD":
        return replace(key, method="HEAD")
    return replace(key, part=visit.request.header("range"))


def _conditions(stale: Entry | None) -> Headers:
    """Return the headers that ask whether an object is still the same.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#RequestCustomConditionalGETs
    """
    if stale is None or stale.response.header("vary").strip() == "*":
        return ()
    named = (("if-none-match", "etag"), ("if-modified-since", "last-modified"))
    return tuple((name, stale.response.header(of)) for name, of in named if stale.response.has(of))


def _is_of_other_form(name: str, stale: Entry) -> bool:
    return name in ("etag", "vary") and stale.response.has("content-encoding")
