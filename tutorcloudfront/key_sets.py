"""The key sets of issuers, read where the settings say that they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tutorcloudfront.authorization import KeySets, jwt_setting, key_set_users
from tutorcloudfront.edge.config import InvalidConfig
from tutorcloudfront.edge.issuers import fetched_jwks
from tutorcloudfront.settings import Settings, SettingsError
from tutorcloudfront.sites import Site

AT_ONCE = 10
MEND = "see that it can be had from here, or write what is there under jwks"


@dataclass(frozen=True)
class Unread:
    """A key set that can not be had, and the sites whose functions it is for."""

    sites: tuple[Site, ...]
    problem: str

    @property
    def setting(self) -> str:
        return jwt_setting(self.sites[0])


def read_key_sets(settings: Settings, sites: Iterable[Site]) -> KeySets:
    """Return the key sets that the sites need, by URL.

    Raises:
        SettingsError: some can not be had.
    """
    found, unread = look_for_key_sets(settings, sites)
    if unread:
        raise SettingsError(f"{each.setting}: {each.problem}: {MEND}" for each in unread)
    return found


def look_for_key_sets(settings: Settings, sites: Iterable[Site]) -> tuple[KeySets, tuple[Unread, ...]]:
    """Return the key sets that the sites need, by URL, and those that can not be had."""
    users = key_set_users(settings, sites)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = dict(zip(users, pool.map(_read, users), strict=True))
    found = {url: answer for url, answer in answers.items() if not isinstance(answer, str)}
    unread = (Unread(users[url], answer) for url, answer in answers.items() if isinstance(answer, str))
    return found, tuple(unread)


def _read(url: str) -> Mapping[str, object] | str:
    """Return a key set, or why it can not be had."""
    try:
        return fetched_jwks(url)
    except InvalidConfig as error:
        return str(error)
