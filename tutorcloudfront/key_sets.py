"""The key sets of issuers, read where the settings say that they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from tutorcloudfront.authorization import KeySets, key_set_urls
from tutorcloudfront.edge.config import InvalidConfig
from tutorcloudfront.edge.issuers import fetched_jwks
from tutorcloudfront.settings import Settings, SettingsError
from tutorcloudfront.sites import Site

AT_ONCE = 10


def read_key_sets(settings: Settings, sites: Iterable[Site], *, all_needed: bool = True) -> KeySets:
    """Return the key sets that the sites need, by URL; without `all_needed`, those that can be had.

    Raises:
        SettingsError: some can not be had.
    """
    places = key_set_urls(settings, sites)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = dict(zip(places, pool.map(_read, places), strict=True))
    errors = [f"{places[url]}: {answer}" for url, answer in answers.items() if isinstance(answer, str)]
    if errors and all_needed:
        raise SettingsError(errors)
    return {url: answer for url, answer in answers.items() if not isinstance(answer, str)}


def _read(url: str) -> Mapping[str, object] | str:
    """Return a key set, or why it can not be had."""
    try:
        return fetched_jwks(url)
    except InvalidConfig as error:
        return f"{error}: see that it can be had from here, or write what is there under jwks"
