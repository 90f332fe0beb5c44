"""What differs between a desired configuration and the one that AWS holds.

AWS adds to what it is given: fields that a desired configuration does not name are none of its business, and stay.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: The field that tells the members of a list apart, by which list it is.
KEYS = ("PathPattern", "Id", "EventType", "HeaderName", "ErrorCode", "Header", "Sid")
#: Structures of which AWS takes all or nothing: a rest of the old one beside the new one is refused.
WHOLE = {"ViewerCertificate"}


@dataclass(frozen=True)
class Difference:
    """One field: where it is (`CacheBehaviors[/static/*].Compress`), what it is, and what it should be."""

    path: str
    old: t.Any
    new: t.Any


def differences(desired: t.Any, actual: t.Any, path: str = "") -> list[Difference]:
    """Return how `actual` must change to satisfy `desired`; both in the form of `resources.resource.Config`."""
    return list(_differences(desired, actual, path))


def merged(desired: t.Any, actual: t.Any, field: str = "") -> t.Any:
    """Return `desired` laid over `actual`: what to send, since AWS replaces a configuration as a whole."""
    if isinstance(desired, Mapping) and isinstance(actual, Mapping) and field not in WHOLE:
        both = {**actual, **{key: merged(value, actual.get(key), key) for key, value in desired.items()}}
        return {key: value for key, value in both.items() if value is not None}
    if _keyed(desired) and _keyed(actual):
        old = {key_of(item): item for item in actual}
        return [merged(item, old.get(key_of(item))) for item in desired]
    return desired


def _differences(desired: t.Any, actual: t.Any, path: str) -> Iterator[Difference]:
    if isinstance(desired, Mapping) and isinstance(actual, Mapping):
        for key, value in desired.items():
            yield from _differences(value, actual.get(key), _joined(path, key))
    elif _keyed(desired) and _keyed(actual):
        yield from _list_differences(desired, actual, path)
    elif not _same(desired, actual):
        yield Difference(path, actual, desired)


def _list_differences(desired: list[t.Any], actual: list[t.Any], path: str) -> Iterator[Difference]:
    new, old = ({key_of(item): item for item in items} for items in (desired, actual))
    for key in [*old, *(key for key in new if key not in old)]:
        if key in new and key in old:
            yield from _differences(new[key], old[key], f"{path}[{key}]")
        else:
            yield Difference(f"{path}[{key}]", old.get(key), new.get(key))
    # The first cache behavior that matches wins: their order is part of what they say.
    if set(new) == set(old) and list(new) != list(old) and "PathPattern" in desired[0]:
        yield Difference(f"{path} (order)", list(old), list(new))


def _same(desired: t.Any, actual: t.Any) -> bool:
    if isinstance(desired, list) and isinstance(actual, list):  # lists of words have no order for AWS
        return sorted(map(str, desired)) == sorted(map(str, actual))
    # AWS leaves out what is empty, or says so with an empty string.
    return bool(desired == actual) or (desired in (None, "") and actual in (None, ""))


def _keyed(value: t.Any) -> t.TypeGuard[list[t.Any]]:
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)


def key_of(item: Mapping[str, t.Any]) -> str:
    """Return what tells a member of a list from the others."""
    return next((str(item[key]) for key in KEYS if key in item), str(item))


def _joined(path: str, key: str) -> str:
    if key == "Items" and path:  # a list and its holder are one thing to a reader
        return path
    return f"{path}.{key}" if path else key
