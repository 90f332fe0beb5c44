"""CloudFront's lists say how long they are; nobody else should have to.

`{"Quantity": 2, "Items": ["a", "b"]}` on the wire is `{"Items": ["a", "b"]}` in this plugin, so that the two can not
disagree and an empty list has one form.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from botocore.model import ListShape, Shape, StructureShape


def with_quantities(shape: Shape | None, value: t.Any) -> t.Any:
    """Return a value as AWS takes it: `Quantity` where its shape has one, fields that are `None` left out."""
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        filled = {key: with_quantities(shape.members.get(key), item) for key, item in value.items() if item is not None}
        if "Quantity" in shape.members and "Items" in filled:
            filled["Quantity"] = len(filled["Items"])
        return filled
    if isinstance(shape, ListShape) and isinstance(value, (list, tuple)):
        return [with_quantities(shape.member, item) for item in value]
    return value


def without_quantities(value: t.Any) -> t.Any:
    """Return an answer of AWS's with every counted list as `{"Items": […]}`."""
    if isinstance(value, dict):
        plain = {key: without_quantities(item) for key, item in value.items() if key != "Quantity"}
        if "Quantity" in value:
            plain.setdefault("Items", [])
        return plain
    if isinstance(value, list):
        return [without_quantities(item) for item in value]
    return value
