"""What botocore's model of the CloudFront API says of a request, checked in one walk.

botocore itself checks required members and lower bounds before it sends anything; enumerations, upper bounds and
patterns are left to the service, and so is the rule that a Quantity is the number of Items:
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Aliases.html
"""

from __future__ import annotations

import functools
import re
import typing as t

from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, Shape, StringShape, StructureShape

from tutorcloudfront.sandbox.configs import Config
from tutorcloudfront.sandbox.refusal import refuse_if

#: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html
MALFORMED = "MalformedXML"


@functools.cache
def service_model() -> ServiceModel:
    """Return botocore's model of CloudFront.

    Loaded without a session, which would look at the user's AWS profile, and fail where there is none of that name.
    """
    return ServiceModel(Loader().load_service_model("cloudfront", "service-2"), "cloudfront")


def check(shape_name: str, value: Config) -> None:
    """Refuse a structure that breaks what the model says of it."""
    _check(service_model().shape_for(shape_name), value, shape_name[:1].lower() + shape_name[1:])


def tidy(value: t.Any) -> t.Any:
    """Return a value as AWS gives it back: empty lists of Items are left out, beside a Quantity of 0."""
    if isinstance(value, list):
        return [tidy(item) for item in value]
    if isinstance(value, dict):
        return {key: tidy(item) for key, item in value.items() if item != [] or "Quantity" not in value}
    return value


def _check(shape: Shape, value: t.Any, path: str) -> None:
    if isinstance(shape, StructureShape):
        _check_structure(shape, value, path)
    elif isinstance(shape, ListShape):
        _check_bounds(shape, len(value), path)
        for number, item in enumerate(value, 1):
            _check(shape.member, item, f"{path}.{number}.member")
    elif isinstance(shape, StringShape):
        _check_string(shape, value, path)
    elif shape.type_name in ("integer", "long", "double", "float"):
        _check_bounds(shape, value, path)


def _check_structure(shape: StructureShape, value: Config, path: str) -> None:
    for name in shape.required_members:
        _satisfied(value.get(name) is not None, None, f"{path}.{_lower(name)}", "Member must not be null")
    if {"Quantity", "Items"} <= set(shape.members):
        refuse_if(
            value.get("Quantity", 0) != len(value.get("Items") or []),
            "InconsistentQuantities",
            f"The value of Quantity and the size of Items don't match: {path}",
        )
    for name, item in value.items():
        _check(shape.members[name], item, f"{path}.{_lower(name)}")


def _check_string(shape: StringShape, value: str, path: str) -> None:
    _satisfied(not shape.enum or value in shape.enum, value, path, f"Member must satisfy enum value set: {shape.enum}")
    _check_bounds(shape, len(value), path)
    pattern = shape.metadata.get("pattern", "")
    # Python has no \p{L}; the few such patterns, of tags, are checked where tags are.
    matches = not pattern or "\\p" in pattern or re.fullmatch(pattern, value)
    _satisfied(matches, value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _check_bounds(shape: Shape, size: float, path: str) -> None:
    least, most = shape.metadata.get("min", size), shape.metadata.get("max", size)
    _satisfied(least <= size <= most, size, path, f"Member must be between {least} and {most}")


def _satisfied(holds: object, value: object, path: str, constraint: str) -> None:
    text = "null" if value is None else f"'{value}'"
    message = f"1 validation error detected: Value {text} at '{path}' failed to satisfy constraint: {constraint}"
    refuse_if(not holds, MALFORMED, message)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
