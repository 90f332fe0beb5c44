"""A desired resource: plain data, in the words of AWS's API."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

#: A configuration as AWS's API takes it, with three differences: lists stand as `{"Items": [...]}` without their
#: `Quantity`, `None` says that a field must be absent, and a :py:class:`Ref` stands for another resource's id.
Config = Mapping[str, t.Any]


@dataclass(frozen=True, order=True)
class Ref:
    """Stands in a configuration for the id (or ARN) that AWS gives another resource."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"(id of {self.name})"


@dataclass(frozen=True)
class Resource:
    """What should be there: a kind, a name that no other of its kind in the account has, and a configuration.

    `tags` are for kinds that AWS can tag, and empty for others. `attachments` are bytes that go along with the
    configuration and that AWS's lists do not show, such as the code of a function; they may be secret. `needs` are
    resources that must be there before and that the configuration does not speak of.
    """

    kind: str
    name: str
    config: Config
    tags: Mapping[str, str] = field(default_factory=dict)
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    needs: tuple[Ref, ...] = ()

    @property
    def ref(self) -> Ref:
        """What others call this resource by."""
        return Ref(self.kind, self.name)

    @property
    def refs(self) -> frozenset[Ref]:
        """The resources that must be there before this one."""
        return frozenset((*_refs(self.config), *self.needs))

    def with_ids(self, ids: Mapping[Ref, t.Any]) -> Resource:
        """Return the resource with the known ids in place of references; unknown references stay."""
        return replace(self, config=_resolved(self.config, ids))


def _refs(value: t.Any) -> Iterator[Ref]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _refs(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _refs(item)


def _resolved(value: t.Any, ids: Mapping[Ref, t.Any]) -> t.Any:
    if isinstance(value, Ref):
        return ids.get(value, value)
    if isinstance(value, Mapping):
        return {key: _resolved(item, ids) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_resolved(item, ids) for item in value]
    return value
