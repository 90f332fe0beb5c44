"""What users read when a setting is wrong: the place in their configuration, what is wrong there, what would be right."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from tutor.exceptions import TutorError

#: Way to a value: a field of the settings, then keys and indices.
Loc = tuple[int | str, ...]

#: Lets an ARN stand in full.
MAX_QUOTED = 160
#: Begins keys, which are not repeated wherever they stand by mistake.
PEM = "-----BEGIN"


class SettingsError(TutorError):
    """Everything that is wrong with the settings, one error a line."""

    def __init__(self, errors: Iterable[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(self.errors))


def path(root: str, rest: Iterable[object]) -> str:
    """Return the name of a place as users know it, `CLOUDFRONT_EXTRA_DOMAINS[0].certificate_arn`."""
    return root + "".join(f".{key}" if _is_plain(key) else f"[{quoted(key)}]" for key in rest)


def _is_plain(key: object) -> bool:
    return isinstance(key, str) and key.isascii() and key.isidentifier() and len(key) <= MAX_QUOTED


def quoted(value: object) -> str:
    """Return a value for a message: text in quotes and shortened, true, false, numbers, else what kind of thing it is."""
    if isinstance(value, str) and PEM in value:
        return "a key"
    if isinstance(value, str):
        return repr(value if len(value) <= MAX_QUOTED else f"{value[:MAX_QUOTED]}…")
    # Python refuses to write out huge integers: https://docs.python.org/3/library/stdtypes.html#int-max-str-digits
    is_writable = isinstance(value, float) or (isinstance(value, int) and abs(value) < 10**15)
    return str(value) if is_writable and not isinstance(value, bool) else kind_of(value)


def kind_of(value: object) -> str:
    """Return in YAML's words what kind of value this is, never the value itself: it may be a secret."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    kinds: list[tuple[type | tuple[type, ...], str]] = [
        (str, "text"),
        ((int, float), "a number"),
        ((list, tuple), "a list"),
        (Mapping, "a mapping"),
        (datetime.date, "a date"),
    ]
    return next((kind for types, kind in kinds if isinstance(value, types)), f"a {type(value).__name__}")


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the end of a message about an unknown name: the known name that was probably meant, or all."""
    known = list(known)
    near = closest(name, known)
    return f"did you mean {near}?" if near else f"known are {', '.join(known)}"


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant, whether in small letters or capitals."""
    spelled = {other.lower(): other for other in known}
    near = difflib.get_close_matches(name.lower(), spelled, n=1)
    return spelled[near[0]] if near else None


def messages(error: ValidationError, keys: Mapping[int | str, Iterable[str]] | None = None) -> list[tuple[Loc, str]]:
    """Return where in the input each of pydantic's errors is, and its message in our words.

    `keys` tells by a part of the way to them (the last one that it knows) which keys the mappings there may have, so that unknown ones can be
    answered with the nearest.
    """
    result = []
    for details in error.errors(include_url=False):
        # pydantic marks a mapping's bad key by one more step, where a bad value has none.
        loc = tuple(step for step in details["loc"] if step != "[key]")
        known = next((keys[step] for step in reversed(loc[:-1]) if step in keys), ()) if keys else ()
        result.append((loc, _message(details, loc, known)))
    return result


def _message(details: ErrorDetails, loc: Loc, keys: Iterable[str]) -> str:
    """Return our words for one of pydantic's errors: https://docs.pydantic.dev/latest/errors/validation_errors/"""
    kind = details["type"]
    if kind == "value_error":
        return str(details["ctx"]["error"])
    if kind == "extra_forbidden":
        return f"is no key that is known here; {nearest(str(loc[-1]), keys)}"
    if kind == "literal_error":
        return f"must be {details['ctx']['expected']}, not {quoted(details['input'])}"
    if kind in ("bool_type", "bool_parsing"):
        return f"must be true or false, not {quoted(details['input'])}"
    if kind == "missing":
        return f"is missing: {MEANINGS.get(loc[-1], SAVED)}"
    if kind in EXPECTED:
        mend = ": put it in quotes" if kind == "string_type" and isinstance(details["input"], int | float) else ""
        return f"must be {EXPECTED[kind]}, not {kind_of(details['input'])}{mend}"
    return OTHER.get(kind, details["msg"])


MEANINGS: dict[int | str, str] = {
    "domain": "the host that browsers ask for",
}
SAVED = "this plugin writes it, so remove what is there and run `tutor cloudfront create-cloudfront-resources` again"
EXPECTED = {
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "dataclass_type": "a Behavior",
}
OTHER = {
    "string_unicode": "must be text that can be written as UTF-8",
    "invalid_key": "must be text: put this key in quotes",
}
