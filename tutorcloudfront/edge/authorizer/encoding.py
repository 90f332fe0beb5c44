"""Base64 and JSON of tokens, each read in one way only: what could be written differently is refused.

All raise `ValueError` or `RecursionError`.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from json import JSONDecoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    import typing as t

_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_TO_URL = bytes.maketrans(b"+/", b"-_")


def decoded(text: bytes) -> bytes:
    """Decode base64url without padding: https://www.rfc-editor.org/rfc/rfc7515#section-2

    Python's decoder skips what it does not know, so that what comes out is encoded again and compared.
    """
    data = a2b_base64(text.translate(_TO_STANDARD) + b"=" * (-len(text) % 4))
    if encoded(data) != text:
        raise ValueError("not base64url")
    return data


def encoded(data: bytes) -> bytes:
    return b2a_base64(data, newline=False).rstrip(b"=").translate(_TO_URL)


def json_object(data: bytes) -> dict[str, t.Any]:
    """Read a JSON object in which no name is there twice, and no number is not one."""
    value = _DECODER.decode(data.decode())
    if type(value) is not dict:
        raise ValueError("not an object")
    return value


def _each_once(pairs: list[tuple[str, t.Any]]) -> dict[str, t.Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name twice")
    return members


def _no_number(name: str) -> t.NoReturn:
    raise ValueError(name)


_DECODER = JSONDecoder(object_pairs_hook=_each_once, parse_constant=_no_number)
