"""The objects that the edge keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tutorcloudfront.sandbox.configs import items
from tutorcloudfront.sandbox.edge.cache_key import Key
from tutorcloudfront.sandbox.edge.patterns import unescaped
from tutorcloudfront.sandbox.edge.response import Response
from tutorcloudfront.sandbox.store import Resource, Store


@dataclass(frozen=True)
class Entry:
    """An answer of an origin, and until when it is good (on the edge's clock)."""

    response: Response
    stored_at: float
    good_until: float
    #: What an invalidation may call it, beside the URL of its key.
    also_called: str
    #: When its origin was asked, on the clock of `time.monotonic`, on which invalidations are completed.
    asked_at: float

    def good(self, now: float) -> bool:
        return now < self.good_until

    def age(self, now: float) -> int:
        """Return for how many seconds the answer has been kept, here and on its way here."""
        before = self.response.header("age")
        return int(max(0.0, now - self.stored_at)) + (int(before) if before.isdecimal() else 0)


class Cache:
    """Entries by key, of which an invalidation makes those that it names as good as gone."""

    def __init__(self) -> None:
        self._entries: dict[Key, Entry] = {}

    def put(self, key: Key, entry: Entry) -> None:
        self._entries[key] = entry

    def drop(self, key: Key) -> None:
        self._entries.pop(key, None)

    def clear(self) -> None:
        self._entries.clear()

    def get(self, key: Key, store: Store) -> Entry | None:
        """Return what is kept under a key, good or not any more, unless it was invalidated."""
        entry = self._entries.get(key)
        if entry is None or not self._invalidated(key, entry, store):
            return entry
        self.drop(key)
        return None

    @staticmethod
    def _invalidated(key: Key, entry: Entry, store: Store) -> bool:
        with store.lock:
            invalidations: Mapping[str, Resource] = store.invalidations.get(key.distribution, {})
            completed = [item for item in invalidations.values() if item.ready and item.ready_at >= entry.asked_at]
        patterns = [path for item in completed for path in items(item.config["Paths"])]
        urls = [url for url in (key.url, entry.also_called) if url]
        return any(_names(pattern, url) for pattern in patterns for url in urls)


def _names(pattern: str, url: str) -> bool:
    """Tell whether a path of an invalidation names an object: all of it, or its beginning with a `*` at the end.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
    """
    pattern, url = unescaped(pattern), unescaped(url)
    return url.startswith(pattern[:-1]) if pattern.endswith("*") else url == pattern
