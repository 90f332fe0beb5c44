"""What may be asked for: paths of files, and of folders, on the media host.

A path is text here that has been decoded once, as web frameworks hand it over: `course-v1:X+Y+Z/a b.mp4`. It must mean the
same to everyone on its way. CloudFront normalizes a path to choose the behavior and sends it on as it came, S3 takes keys
as they are, other origins resolve dots, collapse slashes, decode again. So whatever one of them could take for something
else is refused; everything that is left is written into URLs in one way.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-create-origin-request-policy.html
"""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

#: Bytes of a key in S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
MAX_LENGTH = 1024
#: The wildcards of a signature's resource, another system's slash, what would begin a query, a fragment or an escape, and
#: what frameworks put in the place of bytes that they cannot decode.
FORBIDDEN = frozenset("*?\\#%\ufffd")
#: What look-alikes may not stand for. A full-width digit or a ligature is only a letter of a name.
MEANINGFUL = FORBIDDEN | frozenset("/.:+@&=;")
#: Control characters, invisible ones, halves of characters, line and paragraph separators:
#: https://www.unicode.org/reports/tr44/#GC_Values_Table
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class BadPath(ValueError):
    """A path that is not signed for; the message says why, without repeating it."""


def checked(path: str) -> str:
    """Return the path of a file, without a slash at the beginning, or raise `BadPath`."""
    path = path.removeprefix("/")
    if len(path.encode(errors="replace")) > MAX_LENGTH:
        raise BadPath(f"has more than {MAX_LENGTH} bytes")
    for segment in path.split("/"):
        _check_segment(segment)
    return path


def segment(name: str) -> str:
    """Return the name of a folder at the top, or raise `BadPath`: what somebody's signature for all of it may cover."""
    if "/" in name:
        raise BadPath("has a slash")
    return checked(name)


def quoted(path: str) -> str:
    """Return a path as it stands in a URL.

    A plus sign is among what is escaped: S3 takes it for a blank, and other origins do not care.
    """
    return quote(path, safe="/:@")


def _check_segment(segment: str) -> None:
    if segment in ("", ".", ".."):
        raise BadPath("has an empty segment, or one of dots")
    if FORBIDDEN & set(segment):
        raise BadPath("has a character that means something in URLs or signatures")
    for character in segment:
        if unicodedata.category(character) in INVISIBLE:
            raise BadPath("has an invisible character")
        if not character.isascii() and MEANINGFUL & set(unicodedata.normalize("NFKC", character)):
            raise BadPath("has a look-alike of a character that means something")
