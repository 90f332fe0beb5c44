"""The media host and the signer for it: signed URLs of files, signed cookies for folders."""

from __future__ import annotations

import re
import time
import typing as t
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookies import Morsel

from tutorcloudfront.access.paths import checked, quoted, segment

#: A host name, with a scheme or without: https://www.rfc-editor.org/rfc/rfc1123#section-2.1
ADDRESS = re.compile(r"(?:(?P<scheme>https?)://)?(?P<host>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+)/?", re.IGNORECASE)
SAME_SITE = ("Lax", "Strict", "None")
#: The cookie that goes with SHA-256, and must not be left over when the algorithm was changed.
HASH_COOKIE = "CloudFront-Hash-Algorithm"
#: How long a signature lasts where nobody says otherwise.
SECONDS = 7200
#: Signatures of one such part of their time end together, so that each is made once.
PARTS = 120


class Signs(t.Protocol):
    """What is needed of `tutorcloudfront.signing.Signer`."""

    def url(self, url: str, expires: int) -> str: ...

    def cookies(self, resource: str, expires: int) -> dict[str, str]: ...


@dataclass(frozen=True)
class Media:
    """Signs for one host, and never for another.

    :param signer: a `tutorcloudfront.signing.Signer`.
    :param address: the host, `media.learn.example.com`; https unless it begins with `http://`.
    :param seconds: how long a signature lasts at most.
    :param cookie_domain: what the service's own host and the media host have in common; "" where they are the same.
    :param same_site: `Lax` serves as long as the pages and the media host are of one site, which all hosts under one
        registrable domain are: https://developer.mozilla.org/docs/Glossary/Site. Pages of other sites, or in frames of
        those, need `None`.
    :param clock: returns the time in epoch seconds.
    """

    signer: Signs
    address: str
    seconds: int = SECONDS
    cookie_domain: str = ""
    same_site: str = "Lax"
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        _match(self.address)
        if self.seconds < 1:
            raise ValueError("a signature must last a second at least")
        if self.same_site not in SAME_SITE:
            raise ValueError(f"SameSite must be one of {', '.join(SAME_SITE)}")

    @property
    def host(self) -> str:
        return _match(self.address)["host"].lower()

    @property
    def base(self) -> str:
        """`https://media.learn.example.com`."""
        return f"{(_match(self.address)['scheme'] or 'https').lower()}://{self.host}"

    @property
    def takes_cookies(self) -> bool:
        """Whether cookies that are set for the domain get to the media host."""
        return covers(self.cookie_domain, self.host)

    def url(self, path: str) -> str:
        """Return the signed URL of a file, or raise `BadPath`."""
        return self.signer.url(self.address_of(checked(path)), self.expires())

    def root_url(self) -> str:
        """Return the signed URL of the host itself, and of nothing that is there."""
        return self.signer.url(f"{self.base}/", self.expires())

    def address_of(self, path: str) -> str:
        """Return the URL of a path that has been checked."""
        return f"{self.base}/{quoted(path)}"

    def cookies(self, folder: str, expires: int) -> tuple[Morsel[str], ...]:
        """Return cookies that open all that is in a folder at the top, or raise `BadPath`.

        There is a set for each way in which the folder may stand in a URL. CloudFront compares text, and a browser
        finds the set by the cookies' path, which is text as well.
        """
        location = quoted(segment(folder))
        spellings = dict.fromkeys((location, location.replace("%2B", "+")))
        return tuple(cookie for spelling in spellings for cookie in self._set(spelling, expires))

    def expires(self) -> int:
        """Return when a signature that is made now ends: in `seconds`, or a little less."""
        part = max(1, self.seconds // PARTS)
        now = int(self.clock())
        return max(now + 1, (now + self.seconds) // part * part)

    def _set(self, location: str, expires: int) -> Iterator[Morsel[str]]:
        values = self.signer.cookies(f"{self.base}/{location}/*", expires)
        seconds = max(0, expires - int(self.clock()))
        for name, value in values.items():
            yield self._cookie(name, value, f"/{location}/", seconds)
        if HASH_COOKIE not in values:
            yield self._cookie(HASH_COOKIE, "", f"/{location}/", 0)

    def _cookie(self, name: str, value: str, path: str, seconds: int) -> Morsel[str]:
        """Return a cookie that no script can read, and that plain HTTP does not carry.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-setting-signed-cookie-custom-policy.html
        """
        morsel: Morsel[str] = Morsel()
        morsel.set(name, value, value)
        attributes = {"path": path, "max-age": seconds, "secure": True, "httponly": True, "samesite": self.same_site}
        morsel.update(t.cast("dict[str, str]", attributes))
        if self.cookie_domain:
            morsel["domain"] = self.cookie_domain.lstrip(".")
        return morsel


def covers(domain: str, host: str) -> bool:
    """Return whether a cookie with a domain attribute gets to a host.

    Without one, only the host that has set it is asked again, which may be the same:
    https://www.rfc-editor.org/rfc/rfc6265#section-5.1.3
    A domain under which anybody can have a host is none for cookies: https://publicsuffix.org/list/
    """
    domain = domain.lower().lstrip(".")
    if host.endswith(".cloudfront.net"):
        return False
    return not domain or host == domain or host.endswith(f".{domain}")


def _match(address: str) -> re.Match[str]:
    match = ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError("the media host must be a host name such as 'media.learn.example.com'")
    return match
